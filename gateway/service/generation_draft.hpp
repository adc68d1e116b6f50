#pragma once
// What a client sent, before anybody judged it: each field absent, of the wrong type, or a value. The face
// fills it in from the wire; the rules read it in the documented order, so that the first bad field is the
// one named.

#include <cstdint>
#include <string>
#include <vector>

namespace gateway::service {

template <class T>
struct given {
    enum class state { absent, wrong_type, present };
    state is = state::absent;
    T value{};

    bool present() const noexcept { return is == state::present; }
    void set(T v) {
        is = state::present;
        value = std::move(v);
    }
    void wrong() {
        is = state::wrong_type;
        value = T{};
    }
};

struct generation_draft {
    given<std::string> engine;
    given<std::string> prompt;
    given<std::int64_t> duration_seconds;
    given<std::string> mode;
    given<bool> instrumental;
    given<std::string> lyrics;
    given<std::string> seed_track_id;
    given<std::vector<std::string>> style_tags;
    given<std::string> title;
    given<std::string> idempotency_key;  // the header's when one was sent, else the body's; unquoted
};

}  // namespace gateway::service
