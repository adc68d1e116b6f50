#pragma once
// Bringing finished audio home: from upstream's address into the archive, as the track or as a part to work
// on, under a lease that is kept alive meanwhile.

#include "gateway/work/decisions.hpp"

#include <boost/asio/awaitable.hpp>

namespace gateway::work {

struct workplace;
class held_job;

// Fetches the clip's audio into the archive and says what follows. Bounded by the policy's timeouts. When the
// lease is lost on the way the fetch is given up; the verdict's write will then be refused.
boost::asio::awaitable<verdict> fetch_audio(const workplace& at, const held_job& held, const clip& of);

}  // namespace gateway::work
