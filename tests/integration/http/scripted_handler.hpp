#pragma once
// A handler whose paths say what it does, and which counts what it saw. One instance may serve several
// threads.

#include "gateway/http/handler.hpp"

#include <atomic>

namespace gateway::http::testing {

// /echo              "METHOD path?query|body", also for unknown paths
// /too-large-aware   413 when the body was too large
// /close             asks for the end of the connection
// /throw             a bug
// /wait              answers once `released` is set
// /busy              holds the thread for a millisecond
// /forever           never answers, but can be cancelled
// /big?N             N bytes
// /stream?N          N bytes in pieces of 16 KiB
// /stream-fails, /stream-throws, /stream-ends-early, /stream-overruns     announce 100,000 bytes and stop
// after 10
class scripted_handler final : public handler {
public:
    boost::asio::awaitable<response> handle(request incoming) override;
    response refuse(refusal_kind kind, const std::string& request_id) override;

    std::atomic<int> requests{0};
    std::atomic<int> waiting{0};
    std::atomic<bool> released{false};
    std::atomic<int> living_streams{0};
    std::atomic<long> pieces{0};
    std::atomic<long> budget_ms{0};  // of the latest request
};

}  // namespace gateway::http::testing
