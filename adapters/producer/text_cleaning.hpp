#pragma once
// Upstream's words may reach our users' eyes (refusal_reason) and our logs. Its addresses, and our secrets,
// may not.

#include <string>
#include <string_view>

namespace adapters::producer {

// `text` without URLs, host names, e-mail and IP addresses, file paths, bearer tokens, keys and long
// random-looking strings (each becomes "[removed]"), up to the stack trace if there is one; without control
// and text-direction characters; runs of white space become one space; invalid bytes are dropped; at most 300
// code points.
std::string cleaned(std::string_view text);

// Removes every occurrence of a secret from `text`, and its beginning where `text` was cut within it; an
// empty secret removes nothing.
std::string without_secret(std::string text, std::string_view secret);

}  // namespace adapters::producer
