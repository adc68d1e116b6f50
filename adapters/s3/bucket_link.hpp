#pragma once
// Signed requests to one bucket, from one thread: sent again while that can help, logged by nobody here.

#include "adapters/s3/bucket_place.hpp"
#include "adapters/s3/reply.hpp"
#include "adapters/s3/signing.hpp"
#include "gateway/http_client/caller.hpp"
#include "gateway/http_client/tls.hpp"
#include "gateway/runtime/backoff.hpp"

#include <functional>
#include <string>

namespace adapters::s3 {

using clock_function = std::function<std::chrono::sys_seconds()>;

struct link_settings {
    bucket_place place;
    std::string region;
    credentials keys;
    std::string certificate_authority;  // PEM file; empty: the system's
    gateway::http_client::caller_settings connections;
    int attempts = 4;
    std::chrono::milliseconds attempt_timeout{15'000};       // of a request with a short body
    std::chrono::milliseconds long_attempt_timeout{90'000};  // of one that carries audio, or joins its parts
    gateway::backoff between_attempts{std::chrono::milliseconds{200}, std::chrono::milliseconds{5'000}};
    clock_function now;  // nothing: the system's clock
};

struct operation {
    std::string method = "GET";
    std::string key;  // empty: of the bucket itself
    name_values query{};
    name_values headers{};  // names in lower case
    std::string body{};

    // Instead of `body`: so many bytes with this SHA-256, piece by piece.
    gateway::http_client::long_body* rest = nullptr;
    std::uint64_t rest_size = 0;
    std::string rest_hash{};

    std::uint64_t most_answer = 1024 * 1024;  // bytes
    bool error_in_success = false;            // see read_reply()
};

// On the one thread of `executor`; outlives its calls. No call throws, and all end soon when cancelled.
class bucket_link {
public:
    // `names` outlives it. Throws std::exception when the certificate authority cannot be read.
    bucket_link(boost::asio::any_io_executor executor, gateway::http_client::resolver& names,
                link_settings settings);

    // `what` outlives the call.
    boost::asio::awaitable<reply> perform(const operation& what, gateway::deadline by);

    boost::asio::awaitable<void> keep_house() { return calls_.keep_house(); }

    // The query of an address that opens the key directly at `place`.
    std::string presigned(const bucket_place& place, std::string_view key, name_values query,
                          std::chrono::seconds ttl);

    const bucket_place& place() const noexcept { return settings_.place; }
    std::chrono::sys_seconds now() const { return settings_.now(); }
    const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

private:
    std::string head_of(const operation& what);
    boost::asio::awaitable<reply> attempt(const operation& what, gateway::deadline by);

    boost::asio::any_io_executor executor_;
    link_settings settings_;
    signer signer_;
    gateway::http_client::tls_context tls_;
    gateway::http_client::caller calls_;
};

}  // namespace adapters::s3
