#pragma once
// The one route that the producer calls: deliveries are verified, passed on, and answered at once. Polling
// stays the authority, so nothing a delivery says of the music is believed here.

#include "adapters/producer/webhook.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/runtime/metrics.hpp"

namespace adapters::producer {

// Serves POST /hooks/producer/<token>. One per thread; all it is given outlives it.
//   200  heard, also when it was nothing new
//   400  signed, but no event          404  a token that is none of ours, or a job that is no more
//   401  a signature that is not the job's, or made too long ago
//   413, 405  as everywhere            503  the store is away: deliver again (Retry-After)
class webhook_route final : public gateway::http::handler {
public:
    webhook_route(webhook_signer signer, gateway::task_listener& listener, gateway::metrics& counts)
        : signer_{std::move(signer)}, listener_{listener}, counts_{counts} {}

    boost::asio::awaitable<gateway::http::response> handle(gateway::http::request incoming) override;
    gateway::http::response refuse(gateway::http::refusal_kind kind, const std::string& request_id) override;

private:
    boost::asio::awaitable<gateway::http::response> deliver(const gateway::http::request& incoming,
                                                            announced_call of);

    webhook_signer signer_;
    gateway::task_listener& listener_;
    gateway::metrics& counts_;
};

}  // namespace adapters::producer
