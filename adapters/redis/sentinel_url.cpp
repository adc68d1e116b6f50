#include "adapters/redis/sentinel_url.hpp"

#include "gateway/runtime/percent_coding.hpp"

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace adapters::redis {

namespace {

constexpr std::string_view plain_scheme = "redis+sentinel://";
constexpr std::string_view tls_scheme = "rediss+sentinel://";
constexpr std::string_view word_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
constexpr int most_databases = 1'000'000;  // as in a plain URL

bool consists_of(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

// Digits alone: no sign, no space.
std::optional<int> number_between(std::string_view text, int least, int most) {
    int value = 0;
    if (!consists_of(text, "0123456789"))
        return std::nullopt;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value < least || value > most)
        return std::nullopt;
    return value;
}

// Takes what stands before the first `mark`, which goes too; all of it when there is none.
std::string_view take_until(std::string_view& text, char mark) {
    const auto found = text.find(mark);
    const auto taken = text.substr(0, found);
    text.remove_prefix(found == std::string_view::npos ? text.size() : found + 1);
    return taken;
}

// Each reader returns a sentence, empty when nothing is wrong.

std::string read_credentials(std::string_view text, address& into) {
    const auto user = gateway::percent_decoded(take_until(text, ':'));
    const auto password = gateway::percent_decoded(text);
    if (!user || !password)
        return "user or password in the store URL are not percent-encoded";
    if (password->empty())
        return user->empty()
                   ? "the store URL has an @ with neither user nor password before it"
                   : "the store URL has a user without a password; a password alone is written :password@";
    into.user = *user;
    into.password = *password;
    return {};
}

std::optional<place> read_place(std::string_view text) {
    place found{"", sentinel_port};
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            return std::nullopt;
        found.host = text.substr(1, end - 1);
        boost::system::error_code not_numeric;
        boost::asio::ip::make_address_v6(found.host, not_numeric);
        if (not_numeric || found.host.find('%') != std::string::npos)  // a zone: no URL has one (RFC 3986)
            return std::nullopt;
        rest = text.substr(end + 1);
    } else {
        const auto end = std::min(text.find(':'), text.size());
        if (!consists_of(text.substr(0, end), word_characters))
            return std::nullopt;
        found.host = text.substr(0, end);
        rest = text.substr(end);
    }
    if (found.host.size() > 253)
        return std::nullopt;
    if (rest.empty())
        return found;
    const auto port = rest.front() == ':' ? number_between(rest.substr(1), 1, 65'535) : std::nullopt;
    if (!port)
        return std::nullopt;
    found.port = static_cast<std::uint16_t>(*port);
    return found;
}

std::string read_sentinels(std::string_view list, std::vector<place>& into) {
    bool more = true;
    while (more) {
        more = list.find(',') != std::string_view::npos;
        const auto each = read_place(take_until(list, ','));
        if (!each)
            return "a sentinel in the store URL is not host or host:port";
        if (std::find(into.begin(), into.end(), *each) != into.end())
            return "the store URL names a sentinel twice";
        into.push_back(*each);
    }
    return into.size() > most_sentinels ? "the store URL names more than 16 sentinels" : "";
}

std::string read_path(std::string_view path, address& into) {
    const bool has_database = path.find('/') != std::string_view::npos;
    const auto name = take_until(path, '/');
    // Those that Sentinel itself takes for a name.
    if (name.size() > 255 || !consists_of(name, word_characters))
        return "the sentinels in the store URL must be followed by /NAME, what they call the primary";
    into.group.primary = name;
    if (!has_database)
        return {};
    const auto database = number_between(path, 0, most_databases);
    if (!database)
        return "what follows the primary's name in the store URL is not a database number";
    into.database = *database;
    return {};
}

std::string read_query(std::string_view query, address& into) {
    bool more = true;
    while (more) {
        more = query.find('&') != std::string_view::npos;
        auto value = take_until(query, '&');
        const auto name = take_until(value, '=');
        const auto decoded = gateway::percent_decoded(value);
        const bool is_ca = name == "ca" && into.over == address::transport::tls;
        if (!is_ca && name != "sentinel_password")
            return "the store URL has a parameter that is not sentinel_password, or ca with "
                   "rediss+sentinel://";
        std::string& target = is_ca ? into.certificate_authority : into.group.password;
        if (!decoded || decoded->empty() || !target.empty())
            return "a parameter of the store URL is empty, given twice, or not percent-encoded";
        target = *decoded;
    }
    return {};
}

}  // namespace

bool is_sentinel_url(std::string_view url) noexcept {
    return url.starts_with(plain_scheme) || url.starts_with(tls_scheme);
}

boost::system::result<address, std::string> parse_sentinel_url(std::string_view url) {
    using outcome = boost::system::result<address, std::string>;
    const auto problem = [](std::string sentence) {
        return outcome{boost::system::in_place_error, std::move(sentence)};
    };
    address found;
    found.host.clear();
    found.port = 0;
    found.over = url.starts_with(tls_scheme) ? address::transport::tls : address::transport::tcp;
    if (!is_sentinel_url(url))
        return problem("the store URL must start with redis+sentinel:// or rediss+sentinel://");
    if (url.size() > 8'192 || std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c > '~'; }))
        return problem("the store URL is too long, or holds something else than printable ASCII");
    if (url.find('#') != std::string_view::npos)
        return problem("the store URL has a fragment");

    auto rest = url.substr(url.find("://") + 3);
    const bool has_query = rest.find('?') != std::string_view::npos;
    auto before_query = take_until(rest, '?');
    const auto query = rest;
    auto authority = take_until(before_query, '/');
    const auto path = before_query;

    std::string wrong;
    if (authority.find('@') != std::string_view::npos)
        wrong = read_credentials(take_until(authority, '@'), found);
    if (wrong.empty())
        wrong = read_sentinels(authority, found.group.sentinels);
    if (wrong.empty())
        wrong = read_path(path, found);
    if (wrong.empty() && has_query)
        wrong = read_query(query, found);
    if (!wrong.empty())
        return problem(std::move(wrong));
    return found;
}

}  // namespace adapters::redis
