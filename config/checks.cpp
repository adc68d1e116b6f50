#include "config/checks.hpp"

#include "config/redis_url.hpp"
#include "gateway/runtime/url_spelling.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <arpa/inet.h>

#include <algorithm>

namespace config {

namespace {

namespace urls = boost::urls;

constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

bool is_plain_name(const std::string& text) {
    return !text.empty() && text.size() <= 64 && text.find_first_not_of(name_characters) == text.npos;
}

bool all_plain_names(const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(), is_plain_name);
}

// Boost.URL accepts any digits as a port, and none.
bool has_sane_port(const urls::url_view& url) {
    int port = 0;
    return !url.has_port() || (parse(url.port(), port) && port >= 1 && port <= 65535);
}

bool is_web_address(const std::string& text) {
    if (text.size() > 900)
        return false;
    const std::string readable = gateway::with_readable_host(text);
    const auto url = urls::parse_uri(readable);
    if (!url)
        return false;
    const bool is_web = url->scheme_id() == urls::scheme::http || url->scheme_id() == urls::scheme::https;
    return is_web && !url->encoded_host().empty() && !url->has_userinfo() && !url->has_query() &&
           !url->has_fragment() && has_sane_port(*url);
}

bool is_range(const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::string network = text.substr(0, slash);
    unsigned char bytes[16];
    const int widest = inet_pton(AF_INET, network.c_str(), bytes) == 1    ? 32
                       : inet_pton(AF_INET6, network.c_str(), bytes) == 1 ? 128
                                                                          : -1;
    int width = 0;
    if (slash == text.npos)
        return widest > 0;
    return widest > 0 && parse(text.substr(slash + 1), width) && width >= 0 && width <= widest;
}

// "host:8443" without its port; an IPv6 address keeps its colons, unless it is in brackets.
std::string without_port(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos || (text.find(':') != colon && text[colon - 1] != ']'))
        return text;
    const std::string digits = text.substr(colon + 1);
    const bool is_port =
        !digits.empty() && digits.size() <= 5 && digits.find_first_not_of("0123456789") == digits.npos;
    return is_port ? text.substr(0, colon) : text;
}

bool is_host(const std::string& text) {
    if (is_range(text))
        return true;
    std::string name = without_port(text);
    if (name.starts_with('[') && name.ends_with(']'))
        return is_range(name.substr(1, name.size() - 2));
    if (name.starts_with("*."))
        name.erase(0, 2);
    return !name.empty() && name.size() <= 253 && name.front() != '.' && name.find("..") == name.npos &&
           name.find_first_not_of(name_characters) == name.npos;
}

}  // namespace

constraint<std::optional<milliseconds>> learned_or_between(milliseconds least, milliseconds most) {
    return {"`learned`, or from " + to_text(least) + " to " + to_text(most),
            [=](const std::optional<milliseconds>& value) {
                return !value || (*value >= least && *value <= most);
            }};
}

constraint<double> above_zero_up_to(double most) {
    return {"above 0, at most " + to_text(most), [=](double value) { return value > 0 && value <= most; }};
}

constraint<std::string> not_empty() {
    return {"a text that is not empty", [](const std::string& text) { return !text.empty(); }};
}

constraint<std::string> token() {
    return {"printable characters without spaces, at least one", [](const std::string& text) {
                return !text.empty() &&
                       std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
            }};
}

constraint<std::string> token_or_empty(std::size_t least_characters) {
    return {"empty, or printable characters without spaces, at least " + std::to_string(least_characters),
            [=, is_token = token().holds](const std::string& text) {
                return text.empty() || (text.size() >= least_characters && is_token(text));
            }};
}

constraint<std::string> web_address() {
    return {"an absolute http:// or https:// URL without user, query and fragment", is_web_address};
}

constraint<std::string> web_address_or_empty() {
    return {"empty, or " + web_address().must,
            [](const std::string& text) { return text.empty() || is_web_address(text); }};
}

constraint<std::string> bucket_name_or_empty() {
    return {"3 to 63 letters, digits, '-', '.' and '_'", [](const std::string& text) {
                return text.empty() || (text.size() >= 3 && text.size() <= 63 && is_plain_name(text));
            }};
}

constraint<std::string> key_prefix() {
    return {"empty, or names out of letters, digits, '-', '_' and '.' with slashes between them",
            [](const std::string& text) {
                const bool slashes = text.starts_with('/') || text.find("//") != text.npos;
                const bool dots = ("/" + text + "/").find("/./") != text.npos ||
                                  ("/" + text + "/").find("/../") != text.npos;
                return text.size() <= 200 && !slashes && !dots &&
                       text.find_first_not_of(std::string{name_characters} + "/") == text.npos;
            }};
}

constraint<std::string> redis_address() {
    return {
        "redis://HOST:PORT/DATABASE, rediss:// for TLS, unix:///path, or "
        "redis+sentinel://HOST:PORT,HOST:PORT/NAME",
        is_redis_url};
}

constraint<std::string> plain_name() {
    return {"1 to 64 letters, digits, '-', '_' and '.'", is_plain_name};
}

constraint<std::vector<std::string>> names_or_none() {
    return {"a list of names out of letters, digits, '-', '_' and '.'", all_plain_names};
}

constraint<std::vector<std::string>> one_or_more_names() {
    return {"a list of one or more names out of letters, digits, '-', '_' and '.'",
            [](const std::vector<std::string>& names) { return !names.empty() && all_plain_names(names); }};
}

constraint<std::vector<std::string>> hosts() {
    return {"a list of host names, IP addresses, or ranges such as 10.0.0.0/8 (no scheme)",
            [](const std::vector<std::string>& all) { return std::all_of(all.begin(), all.end(), is_host); }};
}

constraint<std::vector<std::string>> each_at_least(std::size_t characters) {
    return {"a list of texts of at least " + std::to_string(characters) + " characters each",
            [=](const std::vector<std::string>& all) {
                return std::all_of(all.begin(), all.end(),
                                   [=](const std::string& text) { return text.size() >= characters; });
            }};
}

}  // namespace config
