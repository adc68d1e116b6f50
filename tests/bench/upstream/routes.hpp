#pragma once
// What the stand-in answers: the producer's create and poll (reference/producer-api 2.3, 3.1), the audio, and
// the bench's own control below /_bench.
//   GET  /_bench/counts                     creates, polls, and when the last create came
//   GET  /_bench/tasks                      a line for each: piece, created, done, seen done (ns), polls
//   POST /_bench/settings?finish_after_ms=N&spread_percent=P
//                                           tasks created from now on are done so long after; 0: never
//   POST /_bench/reset                      forgets all tasks

#include "tests/bench/upstream/tasks.hpp"
#include "tests/bench/upstream/webhooks.hpp"

#include <string>
#include <string_view>

namespace bench::upstream {

class routes {
public:
    // The webhooks outlive it. `audio` is the file that every finished task has made.
    routes(webhook_sender& webhooks, std::string audio) : webhooks_{webhooks}, audio_{std::move(audio)} {}

    // Where clients find the audio; known once the port is.
    void serves_at(std::string url) { url_ = std::move(url); }

    void answer(std::string_view head, std::string_view body, std::string& out);

private:
    void create(std::string_view body, std::string& out);
    void poll(std::string_view id, std::string& out);
    void control(std::string_view path, std::string& out);

    webhook_sender& webhooks_;
    std::string audio_;
    std::string url_;
    task_book tasks_;
};

}  // namespace bench::upstream
