#include "adapters/producer/error_text.hpp"

#include <algorithm>
#include <array>

namespace adapters::producer {

namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

template <std::size_t Count>
bool contains_any(std::string_view text, const std::array<std::string_view, Count>& words) noexcept {
    return std::any_of(words.begin(), words.end(),
                       [text](std::string_view word) { return contains_word(text, word); });
}

constexpr std::array<std::string_view, 2> account_words{"credits", "subscription"};
constexpr std::array<std::string_view, 3> limit_words{"qps", "queue is full", "usage limit"};
constexpr std::array<std::string_view, 2> content_subjects{"lyrics", "description"};
constexpr std::array<std::string_view, 6> content_faults{"copyright", "inappropriate", "moderation",
                                                         "artist",    "producer tag",  "format"};

}  // namespace

bool contains_word(std::string_view text, std::string_view word) noexcept {
    return std::search(text.begin(), text.end(), word.begin(), word.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

bool speaks_of_credits(std::string_view text) noexcept {
    return contains_any(text, account_words);
}

bool speaks_of_limits(std::string_view text) noexcept {
    return contains_any(text, limit_words);
}

bool speaks_of_content(std::string_view text) noexcept {
    return contains_any(text, content_subjects) && contains_any(text, content_faults);
}

bool speaks_of_unknown_task(std::string_view text) noexcept {
    return contains_word(text, "task not found");
}

bool looks_like_markup(std::string_view body) noexcept {
    const auto first = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && body[first] == '<';
}

}  // namespace adapters::producer
