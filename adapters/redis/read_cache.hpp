#pragma once
// Jobs as they were last read, within a budget of memory; what was not asked for the longest goes first. It
// knows nothing of servers: change_feed says what is no longer true.

#include "adapters/redis/write_marks.hpp"
#include "gateway/domain/job.hpp"

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace adapters::redis {

// Used on one thread.
class read_cache {
public:
    using clock = std::chrono::steady_clock;

    // A job that nobody changes is read again after this time all the same: Redis does not tell that a record
    // has expired before it gets round to removing it.
    static constexpr std::chrono::seconds longest{60};

    read_cache(std::size_t most_bytes, std::shared_ptr<write_marks> marks)
        : most_bytes_{most_bytes}, marks_{std::move(marks)} {}

    // The job as it was read, its `as_of` moved on to now.
    std::optional<gateway::job> find(const std::string& id, clock::time_point now);

    // A read that is under way. What changes before its reply is handled makes the reply worthless here,
    // whichever of the two arrives first; so begin() comes before the question is sent. One at a time of each
    // job: nothing while there is one.
    using ticket = std::uint64_t;
    std::optional<ticket> begin(const std::string& id);
    // `record_bytes` is the size of the record that the job was made from.
    void keep(ticket mine, const gateway::job& read, std::size_t record_bytes, clock::time_point now);
    void give_up(ticket mine, const std::string& id) noexcept;

    void forget(std::string_view id) noexcept;
    void forget_all() noexcept;

    std::size_t bytes() const noexcept { return bytes_; }
    std::size_t size() const noexcept { return entries_.size(); }

private:
    struct entry {
        std::string id;
        ticket under_way = 0;  // not 0: there is no job yet
        std::uint64_t mark = 0;
        std::unique_ptr<const gateway::job> known;
        clock::time_point read_at;
        std::size_t bytes = 0;
    };
    using place = std::list<entry>::iterator;

    entry* under_way(ticket mine, std::string_view id) noexcept;
    void remove(place which) noexcept;

    const std::size_t most_bytes_;
    const std::shared_ptr<write_marks> marks_;
    ticket last_ticket_ = 0;
    std::size_t bytes_ = 0;
    std::list<entry> entries_;                            // the one asked for last comes first
    std::unordered_map<std::string_view, place> places_;  // its keys live in the entries
};

}  // namespace adapters::redis
