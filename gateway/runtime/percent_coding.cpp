#include "gateway/runtime/percent_coding.hpp"

namespace gateway {

std::optional<std::string> percent_decoded(std::string_view text, char plus) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            plain += text[at] == '+' ? plus : text[at];
            continue;
        }
        const int byte = percent_coded_byte(text.substr(at));
        if (byte < 0)
            return std::nullopt;
        plain += static_cast<char>(byte);
        at += 2;
    }
    return plain;
}

void append_percent_coded(std::string& out, char byte) {
    constexpr std::string_view digits{"0123456789ABCDEF"};
    const auto value = static_cast<unsigned char>(byte);
    out += '%';
    out += digits[value >> 4U];
    out += digits[value & 0x0FU];
}

}  // namespace gateway
