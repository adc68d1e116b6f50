#include "gateway/http/request_target.hpp"

#include "gateway/runtime/percent_coding.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

namespace gateway::http {

namespace {

// Beast lets 0x80-0xff through; RFC 3986 has no such character, and a log line would no longer be UTF-8.
bool is_uri_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char each) { return each > ' ' && each < 0x7f && each != '#'; });
}

bool starts_with_scheme(std::string_view text, std::string_view scheme) {
    return ascii::same_ignoring_case(text.substr(0, scheme.size()), scheme);
}

// Without the comma, which RFC 3986 would allow: two hosts that a proxy has joined.
bool is_registered_name(std::string_view name) {
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] == '%') {
            if (percent_coded_byte(name.substr(at)) < 0)
                return false;
            at += 2;
        } else if (!ascii::is_alphanumeric(name[at]) &&
                   std::string_view{"-._~!$&'()*+;="}.find(name[at]) == std::string_view::npos) {
            return false;
        }
    }
    return !name.empty();
}

// "[...]": an address of version 6, the only one with brackets that there is, and with RFC 6874 its zone.
bool is_ip_literal(std::string_view name) {
    if (name.size() < 4 || !name.ends_with(']'))
        return false;
    const std::string_view inside = name.substr(1, name.size() - 2);
    const auto zone_at = inside.find('%');
    if (zone_at != std::string_view::npos) {
        const std::string_view zone = inside.substr(zone_at);
        if (!zone.starts_with("%25") || !is_registered_name(zone.substr(3)))
            return false;
    }
    in6_addr address{};
    return ::inet_pton(AF_INET6, std::string{inside.substr(0, zone_at)}.c_str(), &address) == 1;
}

bool is_port(std::string_view digits) {
    unsigned long value = 0;
    for (const char each : digits) {
        if (!ascii::is_digit(each) || (value = value * 10 + static_cast<unsigned long>(each - '0')) > 65'535)
            return false;
    }
    return true;
}

// What follows scheme and authority, or nothing when there is no authority.
std::optional<std::string_view> after_authority(std::string_view text) {
    for (const std::string_view scheme : {std::string_view{"http://"}, std::string_view{"https://"}}) {
        if (!starts_with_scheme(text, scheme))
            continue;
        text.remove_prefix(scheme.size());
        const auto end = std::min(text.find_first_of("/?"), text.size());
        if (end == 0 || !is_host(text.substr(0, end)))
            return std::nullopt;
        return text.substr(end);
    }
    return std::nullopt;
}

}  // namespace

std::optional<request_target> read_target(method asked, std::string_view text) {
    if (!is_uri_text(text))
        return std::nullopt;
    if (text == "*")
        return asked == method::options ? std::optional{request_target{text, {}}} : std::nullopt;

    if (!text.starts_with('/')) {
        const auto rest = after_authority(text);
        if (!rest)
            return std::nullopt;
        text = *rest;
    }
    const auto mark = std::min(text.find('?'), text.size());
    request_target target{text.substr(0, mark), text.substr(std::min(mark + 1, text.size()))};
    if (target.path.empty())
        target.path = "/";
    return target;
}

bool is_host(std::string_view text) {
    std::string_view port;
    std::string_view name = text;
    const auto bracket = text.starts_with('[') ? text.find(']') : 0;
    if (bracket == std::string_view::npos)
        return false;
    if (const auto colon = text.find(':', bracket); colon != std::string_view::npos) {
        name = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    const bool named = name.starts_with('[') ? is_ip_literal(name) : is_registered_name(name);
    return named && is_port(port);
}

method read_method(std::string_view token) {
    if (token == "GET")
        return method::get;
    if (token == "POST")
        return method::post;
    if (token == "HEAD")
        return method::head;
    if (token == "PUT")
        return method::put;
    if (token == "PATCH")
        return method::patch;
    if (token == "DELETE")
        return method::del;
    if (token == "OPTIONS")
        return method::options;
    return method::other;
}

}  // namespace gateway::http
