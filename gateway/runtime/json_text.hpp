#pragma once
// JSON written straight into one string: answers and log lines are of few shapes, and need no tree to be
// built first.

#include <cstdint>
#include <string>
#include <string_view>

namespace gateway::json {

// `text` in quotes. Control characters (with those beyond ASCII, and the separators U+2028 and U+2029, which
// end lines for some), quotes and backslashes are escaped; bytes that are no UTF-8 (upstream texts, ids from
// paths) become U+FFFD, so that the result is always valid JSON. NULs are escaped like other control
// characters.
void append_string(std::string& out, std::string_view text);

void append_integer(std::string& out, std::int64_t number);

// The shortest text that reads back as `number`; null when it is no finite number, for which JSON has no
// text.
void append_number(std::string& out, double number);

void append_bool(std::string& out, bool flag);

// Whether the bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace gateway::json
