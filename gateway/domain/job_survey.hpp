#pragma once
// Port: what an operator asks about the jobs of everybody. Clients never get here: they see their own jobs,
// by job_store's find and list. Whoever keeps the jobs implements it (memory, redis).
//
// It costs those who create and end jobs next to nothing, and is not for asking often. Failures, deadlines
// and threads are as job_store's.

#include "gateway/domain/error.hpp"
#include "gateway/domain/job.hpp"
#include "gateway/runtime/deadline.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gateway {

// At least so many ended jobs of each status are known by their age, the youngest by creation. Older ones are
// still found by their id.
inline constexpr int remembered_ends = 200;

struct job_search {
    std::optional<std::string> organization;  // nothing: any
    std::optional<job_status> status;         // nothing: any
    int limit = 25;
    std::string after;  // job_page::next of the page before; empty: from the youngest job on
};

struct job_page {
    std::vector<job> jobs;  // youngest first, by creation. May be fewer than asked for though more follow
    std::string next;       // means something to the same store alone; empty: nothing older is known
    bool complete = true;   // false: so many jobs live at once that some of them were not looked at
};

// How jobs have ended; remembered_ends of a status may stand for more.
struct end_counts {
    std::size_t succeeded = 0;
    std::size_t failed = 0;
    std::size_t cancelled = 0;
    std::size_t refused = 0;

    bool operator==(const end_counts&) const = default;
};

class job_survey {
public:
    virtual ~job_survey() = default;

    // Whoever's it is. not_found when the id is unknown or expired.
    virtual boost::asio::awaitable<result<job>> look_up(std::string id, deadline by) = 0;

    // Not one atomic step: a job that ends meanwhile may be missing, and is there the next time.
    // invalid_request when `after` is not the `next` of a page.
    virtual boost::asio::awaitable<result<job_page>> search(job_search what, deadline by) = 0;

    // Of the jobs created within `span` until now.
    virtual boost::asio::awaitable<result<end_counts>> count_ends(milliseconds span, deadline by) = 0;
};

}  // namespace gateway
