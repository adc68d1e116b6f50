#pragma once
// The named constraints of the table of keys: each is a test and the words that complete "must be ...".

#include "config/scalars.hpp"

#include <functional>
#include <string>
#include <vector>

namespace config {

template <class T>
struct constraint {
    std::string must;  // empty: no constraint
    std::function<bool(const T&)> holds;
};

template <class T>
constraint<T> between(T least, T most) {
    return {"from " + to_text(least) + " to " + to_text(most),
            [=](const T& value) { return value >= least && value <= most; }};
}

// `learned`, or a duration between the two.
constraint<std::optional<milliseconds>> learned_or_between(milliseconds least, milliseconds most);

constraint<double> above_zero_up_to(double most);

constraint<std::string> not_empty();
// Fit for an HTTP header: printable ASCII without spaces, not empty.
constraint<std::string> token();
// The same, of at least so many characters, which nobody guesses; or empty.
constraint<std::string> token_or_empty(std::size_t least_characters);
// An absolute http or https URL without user, query and fragment.
constraint<std::string> web_address();
// Or empty.
constraint<std::string> web_address_or_empty();
// Of a bucket: 3 to 63 letters, digits, '-', '.' and '_'.
constraint<std::string> bucket_name_or_empty();
// Folders of plain names, such as "music/audio".
constraint<std::string> key_prefix();
// One of the forms of redis_url.hpp.
constraint<std::string> redis_address();
// Letters, digits, '-', '_' and '.', not empty, at most 64.
constraint<std::string> plain_name();

constraint<std::vector<std::string>> names_or_none();
constraint<std::vector<std::string>> one_or_more_names();
// Host names (also *.example.com), IP addresses, and ranges such as 10.0.0.0/8.
constraint<std::vector<std::string>> hosts();
constraint<std::vector<std::string>> each_at_least(std::size_t characters);

// Stands for a secret wherever the configuration is shown.
inline constexpr std::string_view hidden = "<hidden>";

}  // namespace config
