#include "config/redis_url.hpp"

#include "config/checks.hpp"
#include "gateway/runtime/url_spelling.hpp"

#include <boost/url/decode_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace config {

namespace {

namespace urls = boost::urls;

constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
constexpr std::size_t longest_group_url = 8'192;
constexpr std::size_t most_sentinels = 16;
constexpr const char* default_port = "26379";
constexpr const char* secret_parameter = "sentinel_password";

bool is_number(const std::string& text, int least, int most) {
    int value = 0;
    return text.find_first_not_of("0123456789") == text.npos && parse(text, value) && value >= least &&
           value <= most;
}

bool is_database(const std::string& text) {
    return is_number(text, 0, 1'000'000);
}

bool has_sane_parameters(const urls::url_view& url) {
    for (const auto& parameter : url.params()) {
        const bool is_ca = parameter.key == "ca" && url.scheme() == "rediss" && !parameter.value.empty();
        if (!is_ca && !(parameter.key == "db" && is_database(parameter.value)))
            return false;
    }
    return true;
}

bool is_socket(const urls::url_view& url) {
    const std::string path = url.path();
    return url.encoded_host().empty() && !url.has_port() && path.size() > 1 && path.size() <= 107 &&
           path.starts_with('/') && path.find('\0') == path.npos;
}

bool is_server(const urls::url_view& url) {
    const std::string path = url.path();
    const std::string port = url.port();
    return !url.encoded_host().empty() && (!url.has_port() || is_number(port, 1, 65535)) &&
           (path.empty() || path == "/" || is_database(path.substr(1)));
}

bool is_plain_url(const std::string& text) {
    const std::string readable = gateway::with_readable_host(text);
    const auto url = urls::parse_uri(readable);
    if (!url || url->has_fragment() || !has_sane_parameters(*url))
        return false;
    if (!url->encoded_user().empty() && url->encoded_password().empty())
        return false;
    if (url->scheme() == "unix")
        return is_socket(*url);
    return (url->scheme() == "redis" || url->scheme() == "rediss") && is_server(*url);
}

std::string take_until(std::string& text, char mark) {
    const std::size_t found = std::min(text.find(mark), text.size());
    const std::string taken = text.substr(0, found);
    text.erase(0, found + 1);
    return taken;
}

bool is_percent_encoded(const std::string& text) {
    return urls::make_pct_string_view(text).has_value();
}

bool is_word(const std::string& text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && text.find_first_not_of(name_characters) == text.npos;
}

// "host:port", nothing when the text is no sentinel: that is a server like any other, but for names that may
// not be written in other ways.
std::optional<std::string> read_sentinel(const std::string& text) {
    const std::string spelled = gateway::with_readable_host("redis://" + text);
    const auto url = urls::parse_uri(spelled);
    if (!url || text.find('%') != text.npos || url->has_userinfo() || !url->encoded_path().empty() ||
        !is_server(*url))
        return std::nullopt;
    if (url->host_type() != urls::host_type::ipv6 && !is_word(url->host(), 253))
        return std::nullopt;
    return url->host() + ":" + (url->has_port() ? std::to_string(url->port_number()) : default_port);
}

bool are_sentinels(std::string list) {
    std::set<std::string> seen;
    list += ',';
    while (!list.empty()) {
        const auto each = read_sentinel(take_until(list, ','));
        if (!each || !seen.insert(*each).second)
            return false;
    }
    return seen.size() <= most_sentinels;
}

bool are_credentials(std::string text) {
    const std::string user = take_until(text, ':');
    return is_percent_encoded(user) && is_percent_encoded(text) && !text.empty();
}

bool are_group_parameters(std::string query, bool with_tls) {
    std::set<std::string> seen;
    query += '&';
    while (!query.empty()) {
        std::string value = take_until(query, '&');
        const std::string name = take_until(value, '=');
        const bool known = name == secret_parameter || (name == "ca" && with_tls);
        if (!known || value.empty() || !is_percent_encoded(value) || !seen.insert(name).second)
            return false;
    }
    return true;
}

// No URL library reads an authority of several hosts.
bool is_group_url(const std::string& text) {
    const bool with_tls = text.starts_with("rediss");
    if (text.size() > longest_group_url || text.find('#') != text.npos ||
        std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c > '~'; }))
        return false;
    std::string query = text.substr(text.find("://") + 3);
    const bool has_query = query.find('?') != query.npos;
    std::string path = take_until(query, '?');
    std::string hosts = take_until(path, '/');
    if (hosts.find('@') != hosts.npos && !are_credentials(take_until(hosts, '@')))
        return false;
    const bool has_database = path.find('/') != path.npos;
    const std::string name = take_until(path, '/');
    return are_sentinels(hosts) && is_word(name, 255) && (!has_database || is_database(path)) &&
           (!has_query || are_group_parameters(query, with_tls));
}

}  // namespace

bool is_redis_url(const std::string& text) {
    const bool is_group = text.starts_with("redis+sentinel://") || text.starts_with("rediss+sentinel://");
    return is_group ? is_group_url(text) : is_plain_url(text);
}

std::string hide_credentials(const std::string& url) {
    const std::size_t scheme_end = url.find("://");
    if (scheme_end == url.npos)
        return url;
    const std::size_t start = scheme_end + 3;
    std::string shown = url;
    // From the end, so that what stands before keeps its place.
    const std::size_t query = std::min(shown.find('?', start), shown.size());
    const std::string parameter = std::string{secret_parameter} + "=";
    for (std::size_t at = shown.rfind(parameter); at != shown.npos && at > query;
         at = at > 0 ? shown.rfind(parameter, at - 1) : shown.npos) {
        const std::size_t value = at + parameter.size();
        const std::size_t end = std::min(shown.find_first_of("&#", value), shown.size());
        shown.replace(value, end - value, hidden);
    }
    const std::size_t authority_end = std::min(shown.find_first_of("/?#", start), shown.size());
    const std::size_t at = shown.rfind('@', authority_end);
    if (at == shown.npos || at < start)
        return shown;
    const std::size_t colon = shown.find(':', start);
    const bool named = colon < at;  // without a colon it may be a password just as well as a user
    return shown.substr(0, named ? colon + 1 : start) + std::string{hidden} + shown.substr(at);
}

}  // namespace config
