#pragma once
// The media route: finished audio to whoever holds a playback URL, whole or in ranges, streamed from the
// archive.

#include "adapters/aitronos/playback_url.hpp"
#include "gateway/domain/audio_archive.hpp"
#include "gateway/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace adapters::aitronos {

// One per thread; archive and urls outlive it, and the responses' streams are independent of it.
class media {
public:
    media(gateway::audio_archive& archive, const playback_urls& urls) : archive_{archive}, urls_{urls} {}

    // 200, 206, 304; 403 for an address that we did not sign or whose time is over, whether or not the file
    // exists; 404 when it is gone; 416. `incoming` outlives the call.
    boost::asio::awaitable<gateway::http::response> serve(const gateway::http::request& incoming,
                                                          std::string file) const;

private:
    gateway::audio_archive& archive_;
    const playback_urls& urls_;
};

}  // namespace adapters::aitronos
