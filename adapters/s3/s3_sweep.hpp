#pragma once
// Retention in a bucket: objects that were written too long ago go, and so do uploads in parts that nobody
// finished.

#include "adapters/s3/bucket_link.hpp"
#include "gateway/domain/error.hpp"

#include <string>

namespace adapters::s3 {

struct sweep_limits {
    std::chrono::seconds age{0};       // objects older than this go
    std::size_t most = 1000;           // objects looked at
    std::chrono::hours abandoned{24};  // uploads in parts that began before that are nobody's
};

// One bucket, from one thread. Several replicas may sweep the same bucket.
class s3_sweep {
public:
    explicit s3_sweep(bucket_link& link) : link_{link} {}  // which outlives it

    // Looks at up to `limits.most` objects below the prefix, in the order of their keys and from where the
    // last call ended, and removes the old ones among them; how many. Objects that this gateway would not
    // have named are left alone. Each round over all of them begins with abandoned uploads. An object that
    // the store refuses to remove is passed over; the first of a call is logged. archive_failed when the
    // store cannot be listed or reached, logged.
    boost::asio::awaitable<gateway::result<std::size_t>> remove_old(sweep_limits limits,
                                                                    gateway::deadline by);

private:
    boost::asio::awaitable<void> abort_abandoned(sweep_limits limits, gateway::deadline by);

    bucket_link& link_;
    std::string after_;  // the key looked at last; empty: a round begins
};

}  // namespace adapters::s3
