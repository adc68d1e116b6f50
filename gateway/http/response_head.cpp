#include "gateway/http/response_head.hpp"

#include "gateway/http/field_text.hpp"
#include "gateway/runtime/ascii.hpp"

#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace gateway::http {

namespace {

constexpr std::array<std::string_view, 5> own_names{"connection", "content-length", "date",
                                                    "transfer-encoding", "x-request-id"};

bool is_own(std::string_view name) {
    return std::any_of(own_names.begin(), own_names.end(),
                       [name](std::string_view own) { return ascii::same_ignoring_case(own, name); });
}

bool is_token(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), is_token_character);
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_value(std::string& out, std::string_view value) {
    const auto start = out.size();
    out += value;
    // A value that came from outside must not open a second header or a second response.
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
        [](char each) { return (static_cast<unsigned char>(each) < ' ' && each != '\t') || each == 0x7f; },
        ' ');
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    append_value(out, value);
    out += "\r\n";
}

void append_two_digits(std::string& out, int number) {
    out += static_cast<char>('0' + number / 10);
    out += static_cast<char>('0' + number % 10);
}

}  // namespace

std::string_view date_clock::now() {
    const std::time_t second = std::time(nullptr);
    if (second == second_)
        return text_;
    constexpr std::string_view days{"SunMonTueWedThuFriSat"};
    constexpr std::string_view months{"JanFebMarAprMayJunJulAugSepOctNovDec"};
    std::tm parts{};
    gmtime_r(&second, &parts);
    second_ = second;
    // IMF-fixdate by hand: strftime would follow the locale.
    text_.assign(days.substr(static_cast<std::size_t>(parts.tm_wday) * 3, 3)).append(", ");
    append_two_digits(text_, parts.tm_mday);
    text_.append(" ").append(months.substr(static_cast<std::size_t>(parts.tm_mon) * 3, 3)).append(" ");
    append_number(text_, static_cast<std::uint64_t>(parts.tm_year) + 1900);
    text_ += ' ';
    append_two_digits(text_, parts.tm_hour);
    text_ += ':';
    append_two_digits(text_, parts.tm_min);
    text_ += ':';
    append_two_digits(text_, parts.tm_sec);
    text_ += " GMT";
    return text_;
}

void append_head(std::string& out, const response& answer, const head_facts& facts) {
    out += "HTTP/1.1 ";
    append_number(out, answer.status);
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(answer.status));
    out.append(" ").append(reason.data(), reason.size()).append("\r\n");

    out.append("date: ")
        .append(facts.date)
        .append("\r\nx-request-id: ")
        .append(facts.request_id)
        .append("\r\n");
    if (!answer.content_type.empty())
        append_line(out, "content-type", answer.content_type);
    for (const auto& [name, value] : answer.headers)
        if (is_token(name) && !is_own(name))
            append_line(out, name, value);
    if (has_body(answer.status)) {
        out += "content-length: ";
        append_number(out, facts.length);
        out += "\r\n";
    }
    if (facts.connection == connection_header::close)
        out += "connection: close\r\n";
    else if (facts.connection == connection_header::keep_alive)
        out += "connection: keep-alive\r\n";
    out += "\r\n";
}

}  // namespace gateway::http
