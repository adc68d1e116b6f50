#pragma once
// What the stand-in remembers: one record per create, so that a run can prove that every job was submitted,
// how often each was looked at, and when it was done. Used by one thread; the webhooks' thread gets copies.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench::upstream {

struct task {
    std::int64_t created_ns = 0;
    std::int64_t done_ns = 0;  // 0: never
    std::int64_t seen_done_ns = 0;
    std::int64_t piece = -1;  // the number that the load generator put into the prompt
    std::uint32_t polls = 0;
};

class task_book {
public:
    // The new task's number.
    std::uint64_t create(std::int64_t piece, std::int64_t now_ns);
    // Counts a look at it; nothing for an unknown id.
    const task* look(std::string_view id, std::int64_t now_ns);

    // Of tasks created from now on; 0: never. They take up to so many percent less or more, evenly spread.
    void finish_after(std::int64_t milliseconds, std::int64_t spread_percent) {
        finish_after_ms_ = milliseconds;
        spread_percent_ = spread_percent;
    }
    void reset();

    const std::vector<task>& all() const { return tasks_; }
    std::string counts_json() const;
    // A line for each: piece, created, done, seen done, polls.
    std::string lines() const;

private:
    std::int64_t duration_ns() const;

    std::vector<task> tasks_;
    std::int64_t finish_after_ms_ = 0;
    std::int64_t spread_percent_ = 0;
    std::uint64_t polls_ = 0;
    std::uint64_t unknown_polls_ = 0;
    std::int64_t first_create_ns_ = 0;
    std::int64_t last_create_ns_ = 0;
};

// "00000000-0000-4000-8000-" and twelve digits: a UUID that says which task it is.
std::string id_of(std::uint64_t number);
std::optional<std::uint64_t> number_of(std::string_view id);

}  // namespace bench::upstream
