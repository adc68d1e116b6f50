#pragma once
// Which words of upstream's tell more than a user may know: where its machines are, and what opens them.
// Judged by looks, and rather one too many: a word less still leaves a sentence.

#include <string_view>

namespace adapters::producer {

// One word, without white space, quotes and brackets: a host name, with a port or without; an IP or e-mail
// address; a file's path; a key, or anything that looks as random as one. "Error:api.example.com/v1",
// "10.0.0.1:8080", "fe80::1", "redis:6379", "/srv/app/main"; not "3.5", "16:9", "and/or", "e.g.".
bool revealing(std::string_view word);

// Follows the words of a text, since some secrets look like any other word, and only the one in front betrays
// them: "password=hunter2", "token: a1b2c3", "Bearer a1b2c3".
class secret_watch {
public:
    // Whether `word` is such a secret. `gap`: what stood between it and the word before.
    bool is_secret(std::string_view gap, std::string_view word);

private:
    enum class before { nothing, scheme, name };
    before before_ = before::nothing;
    bool assigned_ = false;   // "=" after the name
    bool announced_ = false;  // ":"
};

}  // namespace adapters::producer
