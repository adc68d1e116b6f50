#pragma once
// The tasks the simulator has accepted, in order, found by task id and by clip id in constant time.

#include "behaviour.hpp"
#include "create_request.hpp"
#include "credits.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace simulator {

using steady = std::chrono::steady_clock;

std::int64_t unix_milliseconds();

// A version 4 UUID. Unique, not secret.
std::string random_uuid();

struct task {
    std::string id;
    std::vector<std::string> clip_ids;
    std::string body;  // the create as it came
    create_request asked;
    std::string traceparent;
    std::shared_ptr<const behaviour> does;
    charge paid;

    steady::time_point created;
    steady::time_point due;       // when it ends by itself; max(): never
    std::int64_t created_ms = 0;  // Unix time, for reports

    bool finished = false;
    task_result result = task_result::success;  // what it will be, then what it was
    std::string message;
    bool refunded = false;
    steady::time_point finished_at;
    std::int64_t finished_ms = 0;

    std::uint64_t polls = 0;
    std::int64_t first_poll_ms = 0;
    std::int64_t last_poll_ms = 0;
    std::size_t fault = 0;             // the poll fault in use
    std::uint64_t fault_uses = 0;      // how often
    bool webhook_awaits_poll = false;  // mode late: nobody has seen the end yet
    std::uint64_t downloads = 0;       // GETs of its audio
    std::uint64_t wav_downloads = 0;   // those of them that were for the wav_url
};

class task_store {
public:
    // Takes the task and gives it its ids. The reference stays good until clear().
    task& add(task fresh, unsigned clips);

    // Null when unknown.
    task* find(std::string_view id);
    task* find_by_clip(std::string_view clip_id);

    const std::deque<task>& all() const { return tasks_; }
    void clear();

private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using index = std::unordered_map<std::string_view, task*, text_hash, std::equal_to<>>;

    std::deque<task> tasks_;  // never moves an element
    index by_id_;             // the keys live in the tasks
    index by_clip_;
};

}  // namespace simulator
