#include "gateway/runtime/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gateway::json {

namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

// How a lead byte goes on: how many bytes in all, and what the second may be (RFC 3629, 4).
struct utf8_form {
    std::size_t length;  // 0: no lead byte
    unsigned char least;
    unsigned char most;
};

utf8_form form_of(unsigned char lead) {
    if (lead < 0x80)
        return {1, 0x80, 0xBF};
    if (lead >= 0xC2 && lead <= 0xDF)
        return {2, 0x80, 0xBF};
    if (lead == 0xE0)
        return {3, 0xA0, 0xBF};
    if (lead == 0xED)
        return {3, 0x80, 0x9F};
    if (lead >= 0xE1 && lead <= 0xEF)
        return {3, 0x80, 0xBF};
    if (lead == 0xF0)
        return {4, 0x90, 0xBF};
    if (lead >= 0xF1 && lead <= 0xF3)
        return {4, 0x80, 0xBF};
    if (lead == 0xF4)
        return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

// Bytes of the character at `at`; 0 when there is none that is well-formed.
std::size_t character_length(std::string_view text, std::size_t at) {
    const utf8_form form = form_of(byte_at(text, at));
    if (form.length < 2)
        return form.length;
    if (text.size() - at < form.length)
        return 0;
    const unsigned char second = byte_at(text, at + 1);
    if (second < form.least || second > form.most)
        return 0;
    for (std::size_t i = 2; i < form.length; ++i)
        if ((byte_at(text, at + i) & 0xC0) != 0x80)
            return 0;
    return form.length;
}

constexpr bool needs_escape(unsigned char c) {
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7F;
}

// What most texts consist of: one byte each, copied as they are.
constexpr std::array<bool, 256> is_plain = [] {
    std::array<bool, 256> made{};
    for (unsigned c = 0; c < 0x80; ++c)
        made[c] = !needs_escape(static_cast<unsigned char>(c));
    return made;
}();

void append_code(std::string& out, unsigned code) {
    constexpr std::string_view digits{"0123456789abcdef"};
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[code >> shift & 15];
}

// JSON lets these stand, but terminals obey U+0080 to U+009F, and many programs take U+2028 and U+2029 for
// the end of a line. 0 for every other character.
unsigned foreign_control(std::string_view text, std::size_t at) {
    const unsigned char second = byte_at(text, at + 1);
    if (byte_at(text, at) == 0xC2)
        return second < 0xA0 ? second : 0;
    if (byte_at(text, at) != 0xE2 || second != 0x80)
        return 0;
    const unsigned char third = byte_at(text, at + 2);
    return third == 0xA8 || third == 0xA9 ? 0x2000U + (third - 0x80U) : 0;
}

void append_escape(std::string& out, unsigned char c) {
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        default: break;
    }
    append_code(out, c);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t copied = 0;  // everything before it is in `out`
    std::size_t at = 0;
    while (at < text.size()) {
        const unsigned char c = byte_at(text, at);
        if (is_plain[c]) {
            ++at;
            continue;
        }
        const std::size_t length = character_length(text, at);
        const unsigned control = length > 1 ? foreign_control(text, at) : 0;
        if (length > 1 && control == 0) {
            at += length;
            continue;
        }
        out.append(text, copied, at - copied);
        if (length == 0)
            out += "\\ufffd";
        else if (control != 0)
            append_code(out, control);
        else
            append_escape(out, c);
        at += std::max<std::size_t>(length, 1);
        copied = at;
    }
    out.append(text, copied);
    out += '"';
}

void append_integer(std::string& out, std::int64_t number) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_number(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_bool(std::string& out, bool flag) {
    out += flag ? "true" : "false";
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (byte_at(text, at) < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = character_length(text, at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

}  // namespace gateway::json
