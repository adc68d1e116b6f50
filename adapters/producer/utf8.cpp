#include "adapters/producer/utf8.hpp"

#include <algorithm>

namespace adapters::producer {

namespace {

constexpr char32_t zero_width_joiner = 0x200D;

struct lead {
    std::size_t length;
    char32_t bits;
    char32_t smallest;  // anything below was written too long
};

lead lead_of(unsigned char byte) noexcept {
    if (byte < 0x80)
        return {1, byte, 0};
    if (byte >= 0xC2 && byte < 0xE0)
        return {2, byte & 0x1FU, 0x80};
    if (byte >= 0xE0 && byte < 0xF0)
        return {3, byte & 0x0FU, 0x800};
    if (byte >= 0xF0 && byte < 0xF5)
        return {4, byte & 0x07U, 0x10000};
    return {0, 0, 0};
}

// Whether `value` belongs to the character before it.
bool continues_character(char32_t value) noexcept {
    return (value >= 0x0300 && value <= 0x036F) || (value >= 0x1AB0 && value <= 0x1AFF) ||
           (value >= 0x1DC0 && value <= 0x1DFF) || (value >= 0x20D0 && value <= 0x20FF) ||
           (value >= 0xFE00 && value <= 0xFE0F) || (value >= 0xFE20 && value <= 0xFE2F) ||
           (value >= 0x1F3FB && value <= 0x1F3FF) || (value >= 0xE0100 && value <= 0xE01EF) ||
           value == zero_width_joiner;
}

}  // namespace

code_point first_code_point(std::string_view text) noexcept {
    const lead begins = lead_of(static_cast<unsigned char>(text.front()));
    if (begins.length == 0 || begins.length > text.size())
        return {};
    char32_t value = begins.bits;
    for (std::size_t at = 1; at < begins.length; ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if ((byte & 0xC0U) != 0x80U)
            return {};
        value = (value << 6U) | (byte & 0x3FU);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < begins.smallest || surrogate || value > 0x10FFFF)
        return {};
    return {value, begins.length, true};
}

std::string well_formed(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto plain = std::find_if(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
        out.append(text.begin(), plain);
        text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
        if (text.empty())
            break;
        const code_point next = first_code_point(text);
        out.append(next.valid ? text.substr(0, next.length) : std::string_view{"\xEF\xBF\xBD"});
        text.remove_prefix(next.length);
    }
    return out;
}

std::string_view first_code_points(std::string_view text, std::size_t most) noexcept {
    std::size_t end = 0;
    for (std::size_t count = 0; count < most && end < text.size(); ++count)
        end += first_code_point(text.substr(end)).length;
    return text.substr(0, end);
}

std::string_view first_characters(std::string_view text, std::size_t most) noexcept {
    std::size_t border = 0;  // the last place where a character ended within the limit
    std::size_t at = 0;
    std::size_t units = 0;
    bool joined = true;  // whether the next code point belongs to what came before
    while (at < text.size()) {
        const code_point next = first_code_point(text.substr(at));
        if (!joined && !continues_character(next.value))
            border = at;
        units += next.value > 0xFFFF ? 2 : 1;
        if (units > most)
            break;
        at += next.length;
        joined = next.value == zero_width_joiner;
    }
    if (at == text.size())
        border = at;
    if (border == 0)  // one endless character: cut it rather than lose it
        border = at;
    std::string_view cut = text.substr(0, border);
    while (cut.ends_with(' '))
        cut.remove_suffix(1);
    return cut;
}

}  // namespace adapters::producer
