#include "tests/bench/upstream/tasks.hpp"

#include <algorithm>
#include <charconv>

namespace bench::upstream {

namespace {

constexpr std::string_view id_start = "00000000-0000-4000-8000-";
constexpr std::size_t digits = 12;

}  // namespace

std::string id_of(std::uint64_t number) {
    std::string id{id_start};
    id.append(digits, '0');
    for (std::size_t at = id.size(); number > 0; number /= 10)
        id[--at] = static_cast<char>('0' + number % 10);
    return id;
}

std::optional<std::uint64_t> number_of(std::string_view id) {
    if (id.size() != id_start.size() + digits || !id.starts_with(id_start))
        return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(id.data() + id_start.size(), id.data() + id.size(), number);
    if (failure != std::errc{} || end != id.data() + id.size())
        return std::nullopt;
    return number;
}

std::uint64_t task_book::create(std::int64_t piece, std::int64_t now_ns) {
    task made;
    made.created_ns = now_ns;
    made.done_ns = finish_after_ms_ > 0 ? now_ns + duration_ns() : 0;
    made.piece = piece;
    tasks_.push_back(made);
    first_create_ns_ = first_create_ns_ == 0 ? now_ns : first_create_ns_;
    last_create_ns_ = now_ns;
    return tasks_.size() - 1;
}

// The spread goes by the task's number, so that every run has the same: multiples of a large odd number fill
// 0..1000 evenly.
std::int64_t task_book::duration_ns() const {
    constexpr std::uint64_t step = 611'953, parts = 1'000;
    const auto place = static_cast<std::int64_t>(tasks_.size() * step % parts);  // 0..999
    const std::int64_t per_mille = 1'000 + spread_percent_ * (2 * place - 999) / 100;
    return finish_after_ms_ * 1'000 * per_mille;
}

const task* task_book::look(std::string_view id, std::int64_t now_ns) {
    const auto number = number_of(id);
    if (!number || *number >= tasks_.size()) {
        ++unknown_polls_;
        return nullptr;
    }
    task& found = tasks_[*number];
    ++found.polls;
    ++polls_;
    if (found.done_ns != 0 && found.done_ns <= now_ns && found.seen_done_ns == 0)
        found.seen_done_ns = now_ns;
    return &found;
}

void task_book::reset() {
    tasks_.clear();
    polls_ = unknown_polls_ = 0;
    first_create_ns_ = last_create_ns_ = 0;
}

std::string task_book::counts_json() const {
    std::uint64_t finished = 0, polls_of_finished = 0;
    std::uint32_t most_polls = 0;
    for (const task& each : tasks_) {
        most_polls = std::max(most_polls, each.polls);
        if (each.seen_done_ns != 0) {
            ++finished;
            polls_of_finished += each.polls;
        }
    }
    const auto number = [](auto value) { return std::to_string(value); };
    return "{\"creates\":" + number(tasks_.size()) + ",\"polls\":" + number(polls_) +
           ",\"unknown_polls\":" + number(unknown_polls_) + ",\"seen_finished\":" + number(finished) +
           ",\"polls_of_finished\":" + number(polls_of_finished) + ",\"most_polls\":" + number(most_polls) +
           ",\"first_create_ns\":" + number(first_create_ns_) +
           ",\"last_create_ns\":" + number(last_create_ns_) + "}";
}

std::string task_book::lines() const {
    std::string lines;
    for (const task& each : tasks_)
        lines.append(std::to_string(each.piece) + " " + std::to_string(each.created_ns) + " " +
                     std::to_string(each.done_ns) + " " + std::to_string(each.seen_done_ns) + " " +
                     std::to_string(each.polls) + "\n");
    return lines;
}

}  // namespace bench::upstream
