#pragma once
// Jobs as the console's JSON. What a client wrote (prompt, lyrics, style tags) stays out: an operator looks
// after jobs, not into them; the title, which names a job in every list, stays.

#include "gateway/domain/job.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace gateway::console {

// A line of the table. Times are milliseconds since the epoch, by the store's clock.
boost::json::object row_of(const job& job);

// The line, and what its own page shows: the timeline, and the audio behind `audio_url` when that is not
// empty.
boost::json::object details_of(const job& job, const std::string& audio_url);

}  // namespace gateway::console
