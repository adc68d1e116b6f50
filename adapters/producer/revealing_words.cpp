#include "adapters/producer/revealing_words.hpp"

#include "adapters/producer/error_text.hpp"
#include "gateway/runtime/ascii.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>

namespace adapters::producer {

namespace ascii = gateway::ascii;

namespace {

template <std::size_t Count>
bool is_one_of(std::string_view word, const std::array<std::string_view, Count>& words) noexcept {
    return std::any_of(words.begin(), words.end(),
                       [word](std::string_view each) { return ascii::same_ignoring_case(each, word); });
}

template <class Test>
bool any(std::string_view word, Test test) noexcept {
    return std::any_of(word.begin(), word.end(), test);
}

bool is_letter(char c) noexcept {
    return ascii::is_lower(c) || ascii::is_upper(c);
}

bool consists_of(std::string_view word, std::string_view others) noexcept {
    return std::all_of(word.begin(), word.end(), [others](char c) {
        return ascii::is_alphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

// How often a capital follows a small letter.
std::size_t turns_in(std::string_view word) noexcept {
    std::size_t turns = 0;
    for (std::size_t at = 1; at < word.size(); ++at)
        turns += ascii::is_lower(word[at - 1]) && ascii::is_upper(word[at]) ? 1 : 0;
    return turns;
}

std::string_view last_label(std::string_view word) noexcept {
    return word.substr(word.rfind('.') + 1);
}

bool looks_like_an_ending(std::string_view label) noexcept {
    constexpr std::array<std::string_view, 14> common{"ai",   "app",   "biz", "cloud", "com",
                                                      "corp", "dev",   "gov", "io",    "internal",
                                                      "lan",  "local", "net", "org"};
    if (label.size() < 2)
        return false;
    return std::all_of(label.begin(), label.end(), ascii::is_lower) ||
           std::all_of(label.begin(), label.end(), ascii::is_upper) || label.starts_with("xn--") ||
           is_one_of(label, common);
}

// "name.example.com", "localhost"; not "3.5" nor "e.g.", and a sentence's end before a capital is no dot in a
// name.
bool host_name(std::string_view word) noexcept {
    if (contains_word(word, "localhost"))
        return true;
    while (word.ends_with('.'))
        word.remove_suffix(1);
    const auto dot = word.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || !looks_like_an_ending(last_label(word)))
        return false;
    return std::all_of(word.begin(), word.end(), [](char c) {
        return ascii::is_alphanumeric(c) || c == '-' || c == '_' || c == '.' ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

// "ip-10-0-12-34", as clouds name their machines.
bool address_as_name(std::string_view word) noexcept {
    return word.size() >= 10 && ascii::same_ignoring_case(word.substr(0, 3), "ip-") &&
           std::count(word.begin(), word.end(), '-') >= 4 && ascii::is_digit(word[3]);
}

// "redis:6379", "backend:80/x"; not "16:9" nor "Error:404".
bool name_with_port(std::string_view word) noexcept {
    const auto colon = word.find(':');
    if (colon == std::string_view::npos || !any(word.substr(0, colon), is_letter))
        return false;
    const auto rest = word.substr(colon + 1);
    const auto port = rest.substr(0, rest.find_first_of(":/"));
    return ascii::all_digits(port) && (port.size() == 4 || port.size() == 5 || port == "80" || port == "443");
}

// "/srv/app/main", "~/x", "../etc", and "C:", whose backslashes are gone already.
bool file_path(std::string_view word) noexcept {
    for (const std::string_view root : {"~/", "../", "./"})
        if (word.starts_with(root) && word.size() > root.size())
            return true;
    return word.size() > 2 && word[0] == '/' &&
           (ascii::is_alphanumeric(word[1]) || word[1] == '.' || word[1] == '_');
}

bool ip_address(std::string_view word) {
    if (const auto percent = word.find('%'); percent != std::string_view::npos)
        word = word.substr(0, percent);  // a zone
    if (word.size() < 2 || word.size() > 64 || !any(word, [](char c) { return ascii::hex_value(c) >= 0; }))
        return false;
    boost::system::error_code wrong;
    boost::asio::ip::make_address(word, wrong);
    return !wrong;
}

bool key_like(std::string_view word) noexcept {
    for (const std::string_view prefix :
         {"sk_",  "sk-",  "pk_",         "pk-",    "rk_",   "ak_",   "oak_", "eyJ",  "key-", "key_",
          "ghp_", "gho_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "AKIA", "ASIA", "AIza", "whsec_"}) {
        if (word.starts_with(prefix) && word.size() >= prefix.size() + 4)
            return true;
    }
    const auto digits = std::count_if(word.begin(), word.end(), ascii::is_digit);
    return word.size() >= 16 && digits >= 2 && any(word, is_letter) && consists_of(word, "-_.+~");
}

// A key that "/" would take apart, and long words that change between small letters and capitals.
bool random_looking(std::string_view word) noexcept {
    return word.size() >= 20 && turns_in(word) >= 2 && consists_of(word, "-_.+~/=");
}

bool percent_coded(std::string_view word) noexcept {
    return contains_word(word, "%2F") || contains_word(word, "%3A") || contains_word(word, "%40");
}

bool revealing_piece(std::string_view piece) {
    return piece.find('@') != std::string_view::npos || host_name(piece) || address_as_name(piece) ||
           ip_address(piece) || key_like(piece);
}

std::string_view without_end_of_sentence(std::string_view word) noexcept {
    while (!word.empty() && (word.back() == '.' || word.back() == '!' || word.back() == '?' ||
                             (word.back() == ':' && !word.ends_with("::"))))
        word.remove_suffix(1);
    return word;
}

constexpr std::array<std::string_view, 20> names_of_secrets{
    "api_key",  "apikey",       "api-key",       "x-api-key",  "key",    "access_key", "private_key",
    "token",    "access_token", "refresh_token", "auth_token", "secret", "secret_key", "client_secret",
    "password", "passwd",       "pwd",           "signature",  "cookie", "credentials"};

}  // namespace

bool revealing(std::string_view word) {
    word = without_end_of_sentence(word);
    if (word.empty())
        return false;
    if (ip_address(word.substr(0, word.find('/'))) || name_with_port(word) || file_path(word) ||
        percent_coded(word) || random_looking(word))
        return true;
    while (!word.empty()) {
        const auto end = std::min(word.find_first_of(":/"), word.size());
        if (end > 0 && revealing_piece(word.substr(0, end)))
            return true;
        word.remove_prefix(std::min(end + 1, word.size()));
    }
    return false;
}

bool secret_watch::is_secret(std::string_view gap, std::string_view word) {
    const bool only_a_colon = word == ":";  // between quotes
    assigned_ = assigned_ || gap.find('=') != std::string_view::npos;
    announced_ = announced_ || only_a_colon;
    if (only_a_colon && before_ == before::name)
        return false;

    const bool digit = any(word, ascii::is_digit);
    // "removed" is our own mark; "bearer token" is prose, "bearer a1b2" is a secret.
    const bool secret = word != "removed" &&
                        ((before_ == before::scheme && (digit || turns_in(word) > 0)) ||
                         (before_ == before::name &&
                          (assigned_ || (digit && word.size() >= 6) || (announced_ && word.size() >= 12))));
    const auto name = without_end_of_sentence(word);
    announced_ = word.ends_with(':');
    assigned_ = false;
    if (ascii::same_ignoring_case(name, "bearer") || ascii::same_ignoring_case(name, "basic"))
        before_ = before::scheme;
    else
        before_ = is_one_of(name, names_of_secrets) ? before::name : before::nothing;
    return secret;
}

}  // namespace adapters::producer
