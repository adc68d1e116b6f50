#pragma once
// The back: the producer's HTTP API as a music_backend. Knows how to ask; the readers know what answers mean.

#include "adapters/producer/webhook.hpp"
#include "gateway/domain/music_backend.hpp"
#include "gateway/http_client/caller.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace adapters::producer {

struct client_settings {
    std::string base_url{"https://api.aimusicapi.ai"};      // a path in front of /api/v1 may follow the host
    std::string api_key;                                    // never in a log or a reason
    std::optional<webhook_signer> webhooks;                 // nothing: the provider announces nothing
    std::vector<std::string> allowed_hosts;                 // see host_rules
    std::uint64_t largest_audio = 256ULL * 1024 * 1024;     // bytes
    std::chrono::milliseconds audio_chunk_timeout{15'000};  // each 64 KiB of audio
    gateway::http_client::caller_settings connections;      // of this thread
};

// Everything on the one thread of `executor`. The client must outlive its calls, and `names` the client.
class client final : public gateway::music_backend {
public:
    // Throws std::invalid_argument, naming the key of the configuration, when a setting cannot be used.
    client(boost::asio::any_io_executor executor, gateway::http_client::resolver& names,
           client_settings settings);
    ~client() override;

    // Keeps the provider's addresses fresh and throws out old connections, until cancelled. Without it calls
    // work too, but now and then one waits for a name server.
    boost::asio::awaitable<void> keep_ready();

    boost::asio::awaitable<gateway::create_answer::any> create(gateway::job order, gateway::engine with,
                                                               gateway::deadline by) override;
    boost::asio::awaitable<gateway::task_answer::any> look(std::string task_id, std::string traceparent,
                                                           gateway::deadline by) override;
    boost::asio::awaitable<gateway::credits_answer::any> credits(gateway::deadline by) override;
    boost::asio::awaitable<gateway::lyrics_answer::any> write_lyrics(gateway::job order,
                                                                     gateway::deadline by) override;
    boost::asio::awaitable<gateway::fetch_answer::any> fetch(std::string url, gateway::audio_sink& into,
                                                             gateway::deadline by) override;

    gateway::http_client::caller_counters counters() const noexcept;

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace adapters::producer
