#pragma once
// Fetches finished audio from wherever upstream says it is, without letting that reach into our own network,
// fill our memory, or hold us for ever.

#include "adapters/producer/host_rules.hpp"
#include "gateway/domain/music_backend.hpp"
#include "gateway/http_client/resolver.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <string>

namespace gateway::http_client {
class connection;
class tls_context;
}  // namespace gateway::http_client

namespace adapters::producer {

struct download_limits {
    std::uint64_t largest = 256ULL * 1024 * 1024;      // bytes of audio
    std::size_t chunk = 64 * 1024;                     // bytes handed to the sink at once
    std::chrono::milliseconds connect{5'000};          // each address, TLS included
    std::chrono::milliseconds chunk_patience{15'000};  // each chunk; at 64 KiB a rate of 4 KiB/s is too slow
    unsigned redirects = 5;
};

// What the head of an answer asks for, decided in plain code.
enum class download_step { take_body, redirect, not_there_yet, give_up };
download_step after_head(unsigned status) noexcept;

// Whether a redirect may be followed with regard to TLS: never from https to http, unless the rules name the
// target.
bool keeps_secrecy(const url& from, const url& to, const host_rules& rules);

class downloader {
public:
    // `names` and `tls` must outlive the downloader.
    downloader(boost::asio::any_io_executor executor, gateway::http_client::resolver& names,
               gateway::http_client::tls_context& tls, host_rules rules, download_limits limits,
               std::string user_agent);

    // See music_backend::fetch. May throw what the sink throws.
    boost::asio::awaitable<gateway::fetch_answer::any> fetch(std::string address, gateway::audio_sink& into,
                                                             gateway::deadline by);

private:
    struct hop;  // how one request of the chain ended

    boost::asio::awaitable<hop> fetch_once(url from, gateway::audio_sink& into, gateway::deadline by);
    boost::asio::awaitable<hop> transfer(gateway::http_client::connection& over, url from,
                                         gateway::audio_sink& into, gateway::deadline by);

    boost::asio::any_io_executor executor_;
    gateway::http_client::resolver& names_;
    gateway::http_client::tls_context& tls_;
    host_rules rules_;
    download_limits limits_;
    std::string user_agent_;
};

}  // namespace adapters::producer
