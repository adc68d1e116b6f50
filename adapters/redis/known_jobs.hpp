#pragma once
// Reads of single jobs that ask Redis only when it has said that something changed: clients ask for the same
// job over and over while it runs.
//
// What it answers is what Redis would have answered, but for the time that its word of a change takes, some
// microseconds: a write through this process counts at once (write_marks), one through another replica as
// soon as Redis's message has arrived, and change_feed::believed_for bounds it should the message be lost. A
// cancel is answered when those messages are on their way (job_store::cancel).

#include "adapters/redis/change_feed.hpp"
#include "adapters/redis/connection.hpp"
#include "adapters/redis/read_cache.hpp"
#include "gateway/domain/error.hpp"
#include "gateway/domain/job.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace adapters::redis {

// The record of a job, from Redis: not_found, invalid_request when it makes no sense, or as
// connection::send. `over` must outlive the call.
boost::asio::awaitable<gateway::result<gateway::job>> read_job(connection& over, std::string key,
                                                               std::string id, gateway::deadline by);

struct known_jobs_options {
    std::size_t most_bytes = 0;
    std::shared_ptr<write_marks> marks;       // of all threads of the process
    std::function<void(bool known)> counted;  // told of each job that is handed out; may be empty
};

// One per thread, used on that thread. Outlives its calls.
class known_jobs {
public:
    // `over` is the store's link, which `where` and `link` made; it outlives this. `prefix` of all keys.
    known_jobs(boost::asio::io_context& context, connection& over, address where, connection_options link,
               std::string prefix, known_jobs_options options);

    // The owner's job, when Redis need not be asked. Of somebody else's nothing is known.
    std::optional<gateway::job> recall(const gateway::job_owner& owner, const std::string& id);
    // As read_job(); from then on it may be known.
    boost::asio::awaitable<gateway::result<gateway::job>> read(std::string id, gateway::deadline by);

    boost::asio::awaitable<bool> close(std::chrono::milliseconds patience) { return feed_.close(patience); }

private:
    boost::asio::awaitable<gateway::result<gateway::job>> read_and_keep(std::string id,
                                                                        read_cache::ticket mine,
                                                                        gateway::deadline by);
    void forget(std::optional<std::string_view> key);

    connection& over_;
    const std::string prefix_;  // of the keys of jobs
    const std::function<void(bool known)> counted_;
    read_cache cache_;
    change_feed feed_;
};

}  // namespace adapters::redis
