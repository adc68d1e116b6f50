#pragma once
// The audio workshop as the work sees it: says of each piece of work how long it took, and whether it came to
// nothing.

#include "gateway/domain/audio_workshop.hpp"
#include "gateway/runtime/metrics.hpp"

namespace gateway::app {

// As usable from several threads as `inner` is; both it is given outlive it.
class measured_workshop final : public audio_workshop {
public:
    measured_workshop(audio_workshop& inner, metrics& counts);

    bool equipped() const noexcept override { return inner_.equipped(); }
    boost::asio::awaitable<result<stored_audio>> make(master_order order, deadline by) override;
    boost::asio::awaitable<result<measured_audio>> measure(archived_audio of, deadline by) override;

private:
    audio_workshop& inner_;
    metrics& counts_;
    timing make_, measure_;
};

}  // namespace gateway::app
