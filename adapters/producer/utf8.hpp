#pragma once
// Texts end at character borders, and what we send is well-formed whatever we were given.

#include <cstddef>
#include <string>
#include <string_view>

namespace adapters::producer {

// One step through a text. Over-long forms, surrogates, values beyond U+10FFFF and stray bytes are not valid.
struct code_point {
    char32_t value = 0;
    std::size_t length = 1;  // bytes; 1 when not valid
    bool valid = false;
};
code_point first_code_point(std::string_view text) noexcept;  // of a text that is not empty

// Every invalid byte replaced by U+FFFD.
std::string well_formed(std::string_view text);

// The longest beginning of at most `most` code points.
std::string_view first_code_points(std::string_view text, std::size_t most) noexcept;

// The longest beginning of at most `most` UTF-16 units that ends between two characters as people see them:
// not before a combining mark, a variation selector, a skin tone, nor around a zero-width joiner. Trailing
// spaces are dropped.
std::string_view first_characters(std::string_view text, std::size_t most) noexcept;

}  // namespace adapters::producer
