#pragma once
// Upstream's words may reach our users' eyes (refusal_reason) and our logs. Its addresses, and our secrets,
// may not.

#include <string>
#include <string_view>

namespace adapters::producer {

// `text` without URLs, host names, e-mail and IP addresses, bearer tokens, keys and long random-looking
// strings (each becomes "[removed]"), without control and text-direction characters; runs of white space
// become one space; invalid bytes are dropped; at most 300 code points.
std::string cleaned(std::string_view text);

// Removes every occurrence of a secret from `text`; an empty secret removes nothing.
std::string without_secret(std::string text, std::string_view secret);

}  // namespace adapters::producer
