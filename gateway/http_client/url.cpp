#include "gateway/http_client/url.hpp"

#include "gateway/runtime/percent_coding.hpp"
#include "gateway/runtime/url_spelling.hpp"

#include <boost/system/errc.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace gateway::http_client {

namespace {

namespace urls = boost::urls;

constexpr std::size_t longest = 8192;

boost::system::error_code bad_url() {
    return make_error_code(boost::system::errc::invalid_argument);
}

// As strict parsers read it, with what browsers escape silently. Nothing for control characters.
gateway::result<std::string> tidied(std::string_view text) {
    if (text.empty() || text.size() > longest)
        return bad_url();
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F)
            return bad_url();
        if (byte == ' ' || byte >= 0x80 || std::string_view{"\"<>\\^`{|}"}.find(c) != std::string_view::npos)
            append_percent_coded(out, c);
        else
            out += c;
    }
    return with_readable_host(out);
}

bool plain_host(std::string_view host) noexcept {
    const bool empty_label =
        host.starts_with('.') || host.ends_with('.') || host.find("..") != std::string_view::npos;
    return !host.empty() && !empty_label && host.size() <= 253 &&
           std::all_of(host.begin(), host.end(), [](char c) {
               return ascii::is_lower(c) || ascii::is_digit(c) || c == '-' || c == '_' || c == '.';
           });
}

gateway::result<std::string> host_of(const urls::url_view& from) {
    if (from.host_type() == urls::host_type::ipv6)
        return from.host_ipv6_address().to_string();
    std::string host = ascii::lowered(from.host());
    if (host.ends_with('.'))  // the root's dot: the same host, another spelling
        host.pop_back();
    if (!plain_host(host))
        return bad_url();
    return host;
}

gateway::result<url> read(const urls::url_view& from) {
    url out;
    const auto scheme = from.scheme_id();
    if (scheme != urls::scheme::http && scheme != urls::scheme::https)
        return bad_url();
    if (!from.has_authority() || from.has_userinfo())
        return bad_url();
    out.tls = scheme == urls::scheme::https;
    auto host = host_of(from);
    if (!host)
        return host.error();
    out.host = std::move(*host);
    const bool port_given = from.has_port() && !from.port().empty();
    out.port = port_given ? from.port_number() : static_cast<std::uint16_t>(out.tls ? 443 : 80);
    if (out.port == 0)  // also what a number too large for a port reads as
        return bad_url();
    const auto path = from.encoded_path();
    if (!path.empty() &&
        !path.starts_with('/'))  // Boost.URL 1.81 reads "http://h:x/" as an empty port and the path "x/"
        return bad_url();
    out.target.assign(path.data(), path.size());
    if (!out.target.starts_with('/'))
        out.target.insert(0, "/");
    if (from.has_query()) {
        const auto query = from.encoded_query();
        out.target.append("?").append(query.data(), query.size());
    }
    return out;
}

std::string text_of(const url& of) {
    return (of.tls ? "https://" : "http://") + host_field(of) + of.target;
}

}  // namespace

gateway::result<url> parse_url(std::string_view text) {
    const auto tidy = tidied(text);
    if (!tidy)
        return tidy.error();
    const auto parsed = urls::parse_uri(*tidy);
    if (!parsed)
        return bad_url();
    return read(*parsed);
}

gateway::result<url> parse_base_url(std::string_view text) {
    auto parsed = parse_url(text);
    if (!parsed)
        return parsed;
    if (text.find_first_of("?# ") != std::string_view::npos)
        return bad_url();
    while (parsed->target.ends_with('/'))
        parsed->target.pop_back();
    return parsed;
}

gateway::result<url> follow(const url& from, std::string_view location) {
    const auto tidy = tidied(location);
    if (!tidy)
        return tidy.error();
    const auto reference = urls::parse_uri_reference(*tidy);
    const std::string base_text = with_readable_host(text_of(from));
    const auto base = urls::parse_uri(base_text);
    if (!reference || !base)
        return bad_url();
    urls::url resolved;
    if (!urls::resolve(*base, *reference, resolved))
        return bad_url();
    return read(resolved);
}

std::string host_field(const url& of) {
    std::string out = of.host.find(':') == std::string::npos ? of.host : "[" + of.host + "]";
    if (of.port != (of.tls ? 443 : 80))
        out += ":" + std::to_string(of.port);
    return out;
}

std::string escaped_segment(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool is_dots = text == "." || text == "..";
        if (is_unreserved(c) && !is_dots)
            out += c;
        else
            append_percent_coded(out, c);
    }
    return out;
}

}  // namespace gateway::http_client
