#include "adapters/producer/text_cleaning.hpp"

#include "adapters/producer/error_text.hpp"
#include "adapters/producer/utf8.hpp"
#include "gateway/runtime/ascii.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace adapters::producer {

namespace {

constexpr std::size_t longest = 300;             // code points, reference/producer-api 6.1
constexpr std::size_t most_examined = 8 * 1024;  // bytes; nobody reads further
constexpr std::string_view removed{"[removed]"};
constexpr std::string_view separators{" \"'`<>()[]{},;=|\\"};

namespace ascii = gateway::ascii;

bool hexadecimal(char c) noexcept {
    return ascii::hex_value(c) >= 0;
}

// Controls, and what changes the direction of, or hides in, a line of text.
bool invisible(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x00AD;
}

// Well-formed, visible, with single spaces.
std::string plain(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const code_point next = first_code_point(text);
        const bool gap = next.valid && (next.value == '\t' || next.value == '\n' || next.value == '\r' ||
                                        next.value == ' ' || next.value == 0xA0);
        if (gap && !out.empty() && out.back() != ' ')
            out += ' ';
        else if (!gap && next.valid && !invisible(next.value))
            out.append(text.substr(0, next.length));
        text.remove_prefix(next.length);
    }
    return out;
}

std::string without_urls(std::string_view text) {
    std::string out;
    for (auto sign = text.find("://"); sign != std::string_view::npos; sign = text.find("://")) {
        std::size_t begin = sign;
        while (begin > 0 && (ascii::is_alphanumeric(text[begin - 1]) || text[begin - 1] == '+'))
            --begin;
        auto end = std::min(text.find_first_of(" \"'`<>", sign), text.size());
        while (end > sign + 3 && std::string_view{").,;!?]}"}.find(text[end - 1]) != std::string_view::npos)
            --end;  // the sentence's, not the address's
        out.append(text.substr(0, begin)).append(removed);
        text.remove_prefix(end);
    }
    return out.append(text);
}

// "name.example.com", "localhost"; not "3.5" nor "e.g.", and a sentence's end before a capital is no dot in a
// name.
bool host_name(std::string_view word) noexcept {
    if (contains_word(word, "localhost"))
        return true;
    while (word.ends_with('.'))
        word.remove_suffix(1);
    const auto dot = word.rfind('.');
    if (dot == std::string_view::npos || dot == 0)
        return false;
    const auto last = word.substr(dot + 1);
    if (last.size() < 2 ||
        !(std::all_of(last.begin(), last.end(), ascii::is_lower) ||
          std::all_of(last.begin(), last.end(), ascii::is_upper) || last.starts_with("xn--")))
        return false;
    return std::all_of(word.begin(), word.end(), [](char c) {
        return ascii::is_alphanumeric(c) || c == '-' || c == '_' || c == '.' ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

bool ip_address(std::string_view word) {
    if (const auto percent = word.find('%'); percent != std::string_view::npos)
        word = word.substr(0, percent);  // a zone
    if (word.size() < 2 || word.size() > 64 || !std::any_of(word.begin(), word.end(), hexadecimal))
        return false;
    boost::system::error_code wrong;
    boost::asio::ip::make_address(word, wrong);
    return !wrong;
}

bool key_like(std::string_view word) noexcept {
    for (const std::string_view prefix : {"sk_", "sk-", "pk_", "pk-", "eyJ", "key-", "key_"}) {
        if (word.starts_with(prefix) && word.size() >= prefix.size() + 4)
            return true;
    }
    return word.size() >= 24 && std::any_of(word.begin(), word.end(), ascii::is_digit) &&
           std::all_of(word.begin(), word.end(), [](char c) {
               return ascii::is_alphanumeric(c) ||
                      std::string_view{"-_.+~"}.find(c) != std::string_view::npos;
           });
}

bool revealing_piece(std::string_view piece) {
    return piece.find('@') != std::string_view::npos || host_name(piece) || ip_address(piece) ||
           key_like(piece);
}

// One word without separators: "Error:api.example.com/v1", "10.0.0.1:8080", "fe80::1".
bool revealing(std::string_view word) {
    while (!word.empty() && (word.back() == '.' || word.back() == '!' || word.back() == '?' ||
                             (word.back() == ':' && !word.ends_with("::"))))
        word.remove_suffix(1);
    if (word.empty())
        return false;
    if (ip_address(word))
        return true;
    while (!word.empty()) {
        const auto end = std::min(word.find_first_of(":/"), word.size());
        if (end > 0 && revealing_piece(word.substr(0, end)))
            return true;
        word.remove_prefix(std::min(end + 1, word.size()));
    }
    return false;
}

std::string without_names(std::string_view text) {
    std::string out;
    bool after_bearer = false;
    while (!text.empty()) {
        const auto begin = std::min(text.find_first_not_of(separators), text.size());
        out.append(text.substr(0, begin));
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(separators), text.size());
        const auto word = text.substr(0, end);
        if (word.empty())
            break;
        const bool scheme =
            word.size() <= 7 && (contains_word(word, "bearer") || contains_word(word, "basic:"));
        // "removed" is our own mark; "bearer token" is prose, "bearer a1b2" is a secret
        const bool secret = after_bearer && std::any_of(word.begin(), word.end(), ascii::is_digit);
        out.append(secret || revealing(word) ? std::string_view{"[removed]"} : word);
        after_bearer = scheme;
        text.remove_prefix(end);
    }
    return out;
}

}  // namespace

std::string cleaned(std::string_view text) {
    const std::string safe = without_names(without_urls(plain(text.substr(0, most_examined))));
    std::string_view cut = first_code_points(safe, longest);
    while (cut.ends_with(' '))
        cut.remove_suffix(1);
    return std::string{cut};
}

std::string without_secret(std::string text, std::string_view secret) {
    if (secret.empty())
        return text;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + removed.size()))
        text.replace(at, secret.size(), removed);
    return text;
}

}  // namespace adapters::producer
