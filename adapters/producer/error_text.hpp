#pragma once
// What the words of an error mean (reference/producer-api 6.2 - 6.4). Upstream says most of it in prose only.

#include <string_view>

namespace adapters::producer {

// All tests ignore the case of ASCII letters.
bool contains_word(std::string_view text, std::string_view word) noexcept;

// Our account: balance or subscription.
bool speaks_of_credits(std::string_view text) noexcept;

// Too many requests, told without a 429.
bool speaks_of_limits(std::string_view text) noexcept;

// The request was refused for what it says (reference/producer-api 6.3, and kindred words).
bool speaks_of_content(std::string_view text) noexcept;

bool speaks_of_unknown_task(std::string_view text) noexcept;

// HTML rather than words: its text proves nothing.
bool looks_like_markup(std::string_view body) noexcept;

}  // namespace adapters::producer
