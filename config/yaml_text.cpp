#include "config/yaml_text.hpp"

#include "gateway/runtime/digest.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace config {

namespace {

// A small safe set rather than YAML's rules: also right inside [ ] and { }.
bool is_plain(const std::string& text) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::string_view inside = "_./:@+<>-";
    constexpr std::array<std::string_view, 8> words{"null", "Null",  "NULL",  "true",
                                                    "True", "false", "False", "TRUE"};
    if (text.empty() || (letters.find(text[0]) == letters.npos && text[0] != '/' && text[0] != '<') ||
        text.back() == ':' || std::find(words.begin(), words.end(), text) != words.end())
        return false;
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return letters.find(c) != letters.npos || inside.find(c) != inside.npos;
    });
}

}  // namespace

std::string yaml_scalar(const std::string& text) {
    if (is_plain(text))
        return text;
    std::string quoted = "\"";
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') {
            quoted += "\\x" + gateway::to_hex(std::string_view{&c, 1});
            continue;
        }
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
        if (c == '$' && text.compare(at, 2, "${") == 0)
            quoted += '$';
    }
    return quoted + '"';
}

std::string yaml_list(const std::vector<std::string>& texts) {
    std::string list = "[";
    for (const std::string& text : texts)
        list += (list.size() > 1 ? ", " : "") + yaml_scalar(text);
    return list + "]";
}

}  // namespace config
