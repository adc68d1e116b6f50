#include "gateway/http/request_reader.hpp"

#include "gateway/http/request_target.hpp"
#include "gateway/runtime/ascii.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <algorithm>
#include <array>

namespace gateway::http {

namespace bhttp = boost::beast::http;
using boost::beast::error_code;

namespace {

// A body is collected as it comes; a length that was only announced reserves no more than this.
constexpr std::uint64_t reserved_at_once = 16 * 1024;

// Beast joins a folded value in a buffer of its own, or skips the fold before it. Unfolded, the value lies in
// the bytes that were `fed`, and only colon and blanks are between it and its name.
bool is_folded(std::string_view fed, std::string_view name, std::string_view value) {
    const char* const colon = name.data() + name.size();
    if (std::less<>{}(value.data(), colon) || std::less<>{}(fed.data() + fed.size(), value.data()))
        return true;
    const std::string_view between{colon, static_cast<std::size_t>(value.data() - colon)};
    return between.find_first_not_of(": \t") != std::string_view::npos;
}

// Fields that decide who asks, and for what. (Of idempotency keys the face refuses two that differ.)
bool is_sent_once(std::string_view lower_name) {
    constexpr std::array<std::string_view, 4> names{"authorization", "x-api-key", "api-key", "content-type"};
    return std::find(names.begin(), names.end(), lower_name) != names.end();
}

// Whether the first line is a well-formed request line of another version: then 505 is the honest answer, not
// 400.
bool names_another_version(std::string_view bytes) {
    const std::string_view line = bytes.substr(0, bytes.find("\r\n"));
    if (line.size() == bytes.size() || std::count(line.begin(), line.end(), ' ') != 2)
        return false;
    const std::string_view version = line.substr(line.rfind(' ') + 1);
    return version.size() == 8 && version.starts_with("HTTP/") && ascii::all_digits(version.substr(5, 1)) &&
           version[6] == '.' && ascii::all_digits(version.substr(7, 1));
}

// Of a header over its limit: `bytes` are as much of it as is allowed, less what was read before. If it ends
// in them, Beast went on over its end, and the limit, looking for the rest of a version, or had no room for a
// fold.
refusal_kind refusal_over_the_limit(std::string_view bytes, bool line_was_read) {
    if (bytes.find("\r\n\r\n") != std::string_view::npos)
        return refusal_kind::malformed_request;
    if (line_was_read || bytes.find('\n') != std::string_view::npos)
        return refusal_kind::headers_too_large;
    const bool method_ends = bytes.find(' ') != std::string_view::npos;
    return method_ends ? refusal_kind::target_too_long : refusal_kind::malformed_request;
}

// Whether two readers may disagree on such a coding, or on where the body ends: RFC 9112 section 6.3 wants
// 400 then. One that has nothing of chunked, or that chunked is applied to, is merely unknown here (section
// 6.1).
bool is_ambiguous(std::string_view lower_coding) {
    constexpr std::string_view chunked{"chunked"};
    if (lower_coding.empty())
        return true;
    const auto named = lower_coding.find(chunked);
    if (named == std::string_view::npos)
        return false;
    const bool is_last = named + chunked.size() == lower_coding.size();
    const auto before = lower_coding.substr(0, named).find_last_not_of(" \t");
    return !is_last || before == std::string_view::npos || lower_coding[before] != ',';
}

}  // namespace

request_reader::request_reader(const server_settings& limits)
    : limits_{limits}, chunks_{limits.body_bytes, limits.header_bytes} {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(boost::none);  // ours is judged after the header, where the handler can still authenticate
    eager(false);
    request_.headers.reserve(12);
}

std::size_t request_reader::feed(std::string_view bytes) {
    switch (now_) {
        case state::header: return feed_header(bytes);
        case state::body: return feed_body(bytes);
        case state::complete:
        case state::too_large:
        case state::refused: break;
    }
    return 0;
}

std::size_t request_reader::feed_header(std::string_view bytes) {
    // An empty line before a request is a habit of old clients (RFC 9112 section 2.2).
    std::size_t skipped = 0;
    while (!got_some() && bytes.substr(skipped).starts_with("\r\n"))
        skipped += 2;
    const std::string_view rest = bytes.substr(skipped);
    const bool line_was_read = version_ != 0;
    const std::size_t room = limits_.header_bytes - std::min(limits_.header_bytes, header_used_ + skipped);

    error_code ec;
    std::size_t used = skipped;
    feeding_ = rest;
    if (got_some() || (!rest.empty() && rest != "\r"))
        used += put({rest.data(), rest.size()}, ec);
    else
        ec = bhttp::error::need_more;
    header_used_ += used;

    if (now_ == state::refused)
        return used;
    // Beast's limit is also that of a folded value, and then says nothing of the header's length.
    const bool wants_more = ec == bhttp::error::need_more || ec == bhttp::error::header_limit;
    if (header_used_ > limits_.header_bytes ||
        (wants_more && header_used_ + bytes.size() - used >= limits_.header_bytes))
        refuse(refusal_over_the_limit(rest.substr(0, room), line_was_read));
    else if (ec == bhttp::error::bad_version && names_another_version(rest))
        refuse(refusal_kind::unsupported_version);
    else if (ec && (ec != bhttp::error::need_more || ends_here(rest)))
        refuse(refusal_kind::malformed_request);  // for "GET / x" Beast would wait until the time is up
    else if (!ec)
        after_header();
    if (now_ == state::refused && version_ == 0 && rest.starts_with("HEAD "))
        request_.method = method::head;      // it was not read that far, but its answer has no body either
    searched_ -= std::min(searched_, used);  // those don't come again
    return used;
}

// Whether the end of the header is in there. What was searched once is not searched again: the header may
// come byte by byte.
bool request_reader::ends_here(std::string_view bytes) {
    constexpr std::string_view end{"\r\n\r\n"};
    const bool found = bytes.find(end, searched_) != std::string_view::npos;
    searched_ = bytes.size() - std::min(bytes.size(), end.size() - 1);
    return found;
}

void request_reader::after_header() {
    eager(true);
    const auto length = content_length();
    if (is_done())
        now_ = state::complete;
    else if (length && *length > limits_.body_bytes)
        now_ = state::too_large;
    else
        now_ = state::body;
    if (now_ == state::too_large)
        request_.body_is = request::body_state::too_large;
}

std::size_t request_reader::feed_body(std::string_view bytes) {
    if (chunked())
        return feed_chunks(bytes);
    if (bytes.empty())
        return 0;
    error_code ec;
    const std::size_t used = put({bytes.data(), bytes.size()}, ec);
    if (is_done())
        now_ = state::complete;
    else if (ec && ec != bhttp::error::need_more)
        refuse(refusal_kind::malformed_request);
    return used;
}

std::size_t request_reader::feed_chunks(std::string_view bytes) {
    const std::size_t used = chunks_.feed(bytes, request_.body);
    switch (chunks_.now()) {
        case chunked_body::state::more: break;
        case chunked_body::state::complete: now_ = state::complete; break;
        case chunked_body::state::too_large:
            now_ = state::too_large;
            request_.body_is = request::body_state::too_large;
            request_.body.clear();
            break;
        case chunked_body::state::too_much_else: refuse(refusal_kind::headers_too_large); break;
        case chunked_body::state::malformed: refuse(refusal_kind::malformed_request); break;
    }
    return used;
}

void request_reader::refuse(refusal_kind kind) noexcept {
    now_ = state::refused;
    refusal_ = kind;
}

void request_reader::refuse(refusal_kind kind, error_code& ec) noexcept {
    refuse(kind);
    ec = bhttp::error::bad_value;
}

void request_reader::on_request_impl(bhttp::verb, text name, text target, int version, error_code& ec) {
    version_ = version;
    request_.method_name = name;
    request_.method = read_method(request_.method_name);
    const auto parts = read_target(request_.method, std::string_view{target.data(), target.size()});
    if (!parts || request_.method_name == "CONNECT")  // its target would be another server
        return refuse(refusal_kind::malformed_request, ec);
    request_.path = parts->path;
    request_.query = parts->query;
}

void request_reader::on_field_impl(bhttp::field which, text name, text value, error_code& ec) {
    const std::string_view content{value.data(), value.size()};
    if (is_folded(feeding_, {name.data(), name.size()}, content))
        return refuse(refusal_kind::malformed_request, ec);
    if (request_.headers.size() == limits_.header_fields)
        return refuse(refusal_kind::headers_too_large, ec);

    if (which == bhttp::field::content_length) {
        // Beast accepts "5, 5" and two equal fields; others in front of us may read them differently.
        if (has_length_ || !ascii::all_digits(content))
            return refuse(refusal_kind::malformed_request, ec);
        has_length_ = true;
    } else if (which == bhttp::field::transfer_encoding) {
        if (transfer_coding_)
            return refuse(refusal_kind::malformed_request, ec);
        transfer_coding_ = ascii::lowered(content);
    } else if (which == bhttp::field::host) {
        if (has_host_ || !is_host(content))
            return refuse(refusal_kind::malformed_request, ec);
        has_host_ = true;
    } else if (which == bhttp::field::expect) {
        note_expectation(content);
    } else if (which == bhttp::field::connection) {
        note_connection_options(content);
    }
    std::string key = ascii::lowered({name.data(), name.size()});
    // Of two, a proxy may have judged the one and we would use the other.
    if (is_sent_once(key) && request_.header(key))
        return refuse(refusal_kind::malformed_request, ec);
    request_.headers.emplace_back(std::move(key), content);
}

void request_reader::note_expectation(std::string_view value) {
    if (version_ == 10)
        return;  // RFC 9110 section 10.1.1: not for HTTP/1.0
    const bool known = ascii::lowered(value) == "100-continue" && expected_ != expectation::unknown;
    expected_ = known ? expectation::go_ahead : expectation::unknown;
}

// Beast heeds Proxy-Connection too, and of HTTP/1.0 that asks for both it closes nothing (RFC 9112 section
// 9.3: "close" comes first).
void request_reader::note_connection_options(std::string_view value) {
    for (const auto option : bhttp::token_list{{value.data(), value.size()}}) {
        const std::string_view name{option.data(), option.size()};
        asks_to_close_ = asks_to_close_ || ascii::same_ignoring_case(name, "close");
        asks_to_stay_ = asks_to_stay_ || ascii::same_ignoring_case(name, "keep-alive");
    }
}

void request_reader::on_header_impl(error_code& ec) {
    if (version_ == 11 && !has_host_)
        return refuse(refusal_kind::malformed_request, ec);
    check_framing(ec);
}

void request_reader::check_framing(error_code& ec) {
    if (!transfer_coding_ || *transfer_coding_ == "chunked") {
        if (transfer_coding_ && (has_length_ || version_ == 10))
            refuse(refusal_kind::malformed_request, ec);
        return;
    }
    refuse(has_length_ || version_ == 10 || is_ambiguous(*transfer_coding_)
               ? refusal_kind::malformed_request
               : refusal_kind::unsupported_transfer_coding,
           ec);
}

void request_reader::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
    if (length)
        request_.body.reserve(static_cast<std::size_t>(std::min(*length, reserved_at_once)));
}

std::size_t request_reader::on_body_impl(text bytes, error_code&) {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
}

}  // namespace gateway::http
