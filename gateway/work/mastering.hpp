#pragma once
// The last step of music that takes audio work: the workshop makes the track of the clips, under a lease that
// is kept alive meanwhile.

#include "gateway/work/decisions.hpp"

#include <boost/asio/awaitable.hpp>

namespace gateway::work {

struct workplace;
class held_job;

// The engine of the job; one that a reload took away delivers what is there as it is.
engine engine_of(const workplace& at, const job& of);

// Keeps the lease alive; returns only when it is gone.
boost::asio::awaitable<void> keep_lease(const workplace& at, lease held);

// Makes the track and says what follows. Bounded by the policy's audio_work_timeout.
boost::asio::awaitable<verdict> make_master(const workplace& at, const held_job& held);

// The parts of a job that has ended are of no use to anybody. What fails here, retention removes later.
boost::asio::awaitable<void> remove_parts(const workplace& at, const job& ended);

}  // namespace gateway::work
