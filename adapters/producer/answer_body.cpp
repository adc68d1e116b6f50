#include "adapters/producer/answer_body.hpp"

#include "adapters/producer/error_text.hpp"
#include "gateway/runtime/ascii.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace adapters::producer {

namespace json = boost::json;

namespace {

constexpr std::size_t raw_excerpt = 300;  // reference/producer-api 6.1

std::string_view trimmed(std::string_view text) noexcept {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string_view message_in(const json::value* value) noexcept {
    if (value == nullptr || !value->is_object())
        return text_in(value);
    return text_in(value->get_object().if_contains("message"));
}

}  // namespace

answer_body::answer_body(std::string_view text) : raw_{text}, root_(json::storage_ptr{&memory_}) {
    json::parse_options strict;  // no comments; depth stays at 32
    boost::system::error_code wrong;
    constexpr std::string_view byte_order_mark{"\xEF\xBB\xBF"};
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    // Parsed into the object's own memory: a value made elsewhere would have to be copied into it.
    json::value parsed =
        json::parse(json::string_view{text.data(), text.size()}, wrong, json::storage_ptr{&memory_}, strict);
    if (!wrong)
        root_ = std::move(parsed);
}

const json::value* answer_body::find(std::string_view name) const noexcept {
    return root_.is_object() ? root_.get_object().if_contains(json::string_view{name.data(), name.size()})
                             : nullptr;
}

std::string answer_body::word(std::string_view name) const {
    return gateway::ascii::lowered(trimmed(text_in(find(name))));
}

std::optional<int> answer_body::code() const noexcept {
    const auto number = number_in(find("code"));
    if (!number || *number < 0 || *number > 99'999 || *number != std::floor(*number))
        return std::nullopt;
    return static_cast<int>(*number);
}

std::string answer_body::text() const {
    for (const std::string_view name : {"error", "message", "msg"}) {
        if (const auto text = trimmed(message_in(find(name))); !text.empty())
            return std::string{text};
    }
    if (is_object() || looks_like_markup(raw_))
        return {};
    return std::string{raw_.substr(0, raw_excerpt)};
}

std::optional<double> number_in(const json::value* value) noexcept {
    if (value == nullptr)
        return std::nullopt;
    double number = 0;
    if (value->is_int64()) {
        number = static_cast<double>(value->get_int64());
    } else if (value->is_uint64()) {
        number = static_cast<double>(value->get_uint64());
    } else if (value->is_double()) {
        number = value->get_double();
    } else if (value->is_string()) {
        const auto text = trimmed(text_in(value));
        const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (wrong != std::errc{} || end != text.data() + text.size())
            return std::nullopt;
    } else {
        return std::nullopt;
    }
    if (!std::isfinite(number))
        return std::nullopt;
    return number;
}

std::string_view text_in(const json::value* value) noexcept {
    if (value == nullptr || !value->is_string())
        return {};
    const auto& text = value->get_string();
    return {text.data(), text.size()};
}

}  // namespace adapters::producer
