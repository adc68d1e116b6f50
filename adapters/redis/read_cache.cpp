#include "adapters/redis/read_cache.hpp"

namespace adapters::redis {

using gateway::job;

namespace {

// What a job takes besides its record's text: its fields, the entry, and both places in the indexes.
constexpr std::size_t overhead = sizeof(job) + 256;

}  // namespace

std::optional<job> read_cache::find(const std::string& id, clock::time_point now) {
    const auto at = places_.find(id);
    if (at == places_.end() || !at->second->known)
        return std::nullopt;
    const place found = at->second;
    if (found->mark != marks_->current(id) || now - found->read_at >= longest) {
        remove(found);
        return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, found);
    job copy = *found->known;
    copy.as_of += std::chrono::floor<gateway::milliseconds>(now - found->read_at);
    return copy;
}

std::optional<read_cache::ticket> read_cache::begin(const std::string& id) {
    const auto at = places_.find(id);
    if (at != places_.end() && at->second->under_way != 0)
        return std::nullopt;
    if (at != places_.end())
        remove(at->second);
    entry& made = entries_.emplace_front();
    made.id = id;
    made.under_way = ++last_ticket_;
    made.mark = marks_->current(id);
    places_.emplace(made.id, entries_.begin());
    return made.under_way;
}

read_cache::entry* read_cache::under_way(ticket mine, std::string_view id) noexcept {
    const auto at = places_.find(id);
    return at != places_.end() && at->second->under_way == mine ? &*at->second : nullptr;
}

void read_cache::keep(ticket mine, const job& read, std::size_t record_bytes, clock::time_point now) {
    entry* mine_still = under_way(mine, read.id);
    if (mine_still == nullptr)
        return;  // it has changed meanwhile
    mine_still->under_way = 0;
    mine_still->known = std::make_unique<const job>(read);
    mine_still->read_at = now;
    mine_still->bytes = record_bytes + overhead;
    bytes_ += mine_still->bytes;
    while (bytes_ > most_bytes_) {
        const place last = std::prev(entries_.end());
        // A read under way holds nothing yet, but must stay to be told of changes.
        if (last->under_way != 0)
            entries_.splice(entries_.begin(), entries_, last);
        else
            remove(last);
    }
}

void read_cache::give_up(ticket mine, const std::string& id) noexcept {
    if (under_way(mine, id) != nullptr)
        forget(id);
}

void read_cache::forget(std::string_view id) noexcept {
    if (const auto at = places_.find(id); at != places_.end())
        remove(at->second);
}

void read_cache::forget_all() noexcept {
    places_.clear();
    entries_.clear();
    bytes_ = 0;
}

void read_cache::remove(place which) noexcept {
    bytes_ -= which->bytes;
    places_.erase(which->id);
    entries_.erase(which);
}

}  // namespace adapters::redis
