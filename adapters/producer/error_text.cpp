#include "adapters/producer/error_text.hpp"

#include "gateway/runtime/ascii.hpp"

#include <algorithm>
#include <array>

namespace adapters::producer {

namespace {

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
// The provider's wording is known only in part, so what can mean nothing else counts too: alone, or said of
// what we sent.
constexpr std::array<std::string_view, 4> plain_refusals{"copyright", "moderation", "content policy",
                                                         "inappropriate"};
constexpr std::array<std::string_view, 6> sent_texts{"lyrics",  "description", "prompt",
                                                     "content", "sound",       "title"};
constexpr std::array<std::string_view, 6> text_faults{"artist",     "prohibited", "violat",
                                                      "disallowed", "explicit",   "offensive"};

}  // namespace

bool contains_word(std::string_view text, std::string_view word) noexcept {
    return std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
               return gateway::ascii::lower(a) == gateway::ascii::lower(b);
           }) != text.end();
}

bool speaks_of_credits(std::string_view text) noexcept {
    return contains_any(text, account_words);
}

bool speaks_of_limits(std::string_view text) noexcept {
    return contains_any(text, limit_words);
}

bool speaks_of_content(std::string_view text) noexcept {
    return (contains_any(text, content_subjects) && contains_any(text, content_faults)) ||
           contains_any(text, plain_refusals) ||
           (contains_any(text, sent_texts) && contains_any(text, text_faults));
}

bool speaks_of_unknown_task(std::string_view text) noexcept {
    return contains_word(text, "task not found");
}

bool looks_like_markup(std::string_view body) noexcept {
    const auto first = body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && body[first] == '<';
}

}  // namespace adapters::producer
