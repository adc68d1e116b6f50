#pragma once
// Tells the threads of one process of each other's writes at once. Redis tells of them too, but each link in
// its own time: without this, a client who cancels a job over one connection could see it running over
// another one.

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace adapters::redis {

// Any thread may use it at any time.
class write_marks {
public:
    // Before a write of the job is sent, and once it was answered: whoever has read the job in between can't
    // know which of the two it saw.
    void raise(std::string_view id) noexcept { of(id).fetch_add(1, std::memory_order_acq_rel); }
    // Has changed since: a write was begun, or is over.
    std::uint64_t current(std::string_view id) noexcept { return of(id).load(std::memory_order_acquire); }

private:
    // Jobs that share a mark cost each other a read now and then, nothing else.
    std::atomic<std::uint64_t>& of(std::string_view id) noexcept {
        return marks_[std::hash<std::string_view>{}(id) % marks_.size()];
    }
    std::array<std::atomic<std::uint64_t>, 1024> marks_{};
};

// Raises both marks of a write, however it ends.
class marked_write {
public:
    marked_write(std::shared_ptr<write_marks> marks, std::string id)
        : marks_{std::move(marks)}, id_{std::move(id)} {
        raise();
    }
    ~marked_write() { raise(); }
    marked_write(const marked_write&) = delete;
    marked_write& operator=(const marked_write&) = delete;

private:
    void raise() noexcept {
        if (marks_)
            marks_->raise(id_);
    }
    const std::shared_ptr<write_marks> marks_;
    const std::string id_;
};

}  // namespace adapters::redis
