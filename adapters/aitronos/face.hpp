#pragma once
// What existing Aitronos clients talk to: the route table and, per route, parse, ask, translate. Business is
// in gateway/service.

#include "adapters/aitronos/media.hpp"
#include "adapters/aitronos/openapi.hpp"
#include "adapters/aitronos/playback_url.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/http/routes.hpp"
#include "gateway/service/failed_attempts.hpp"
#include "gateway/service/generations.hpp"

#include <span>

namespace adapters::aitronos {

// One per thread, as `generations` is; all it is given outlives it. Authentication, engines and limits are
// those of generations.current() when a request arrives, and stay the same until it is answered.
class face final : public gateway::http::handler {
public:
    face(gateway::service::generations& generations, gateway::audio_archive& archive,
         const playback_urls& urls, gateway::service::failed_attempts& failures);

    // Order of checks: route, method, authentication, membership, capability (create) or rate (the others),
    // then query or body.
    boost::asio::awaitable<gateway::http::response> handle(gateway::http::request incoming) override;

    gateway::http::response refuse(gateway::http::refusal_kind kind, const std::string& request_id) override;

    // One request on its way; lives in handle(), which waits for the endpoint.
    struct call {
        const gateway::http::request& incoming;
        const gateway::http::path_arguments& arguments;
        gateway::service::policy_ptr rules;
        const gateway::service::key_entry* caller = nullptr;  // of `rules`; none on routes without a key
    };

    // What a line of the table leads to, and what the caller must be to get there.
    enum class access { anybody, signed_url, member, music_capability };
    struct endpoint {
        access needs;
        boost::asio::awaitable<gateway::http::response> (face::*answer)(const call&);
    };
    static std::span<const gateway::http::route<endpoint>> routes();

private:
    using answer_to_come = boost::asio::awaitable<gateway::http::response>;

    answer_to_come create(const call& now);
    answer_to_come list(const call& now);
    answer_to_come get(const call& now);
    answer_to_come cancel(const call& now);
    answer_to_come engines(const call& now);
    answer_to_come track(const call& now);
    answer_to_come play(const call& now);
    answer_to_come document(const call& now);

    gateway::service::outcome<void> admit(call& now, access needs) const;
    gateway::service::refusal failed_attempt(const call& now, gateway::service::refusal why) const;
    static void say_rate(gateway::http::response& answer, const call& now, access needs);
    static void note_caller(gateway::http::response& answer, const call& now, bool admitted);
    std::string playback_url_of(const gateway::job& job) const;
    gateway::http::response job_response(unsigned status, const gateway::job& job, const call& now) const;

    gateway::service::generations& generations_;
    gateway::audio_archive& archive_;
    const playback_urls& urls_;
    gateway::service::failed_attempts& failures_;
    media media_;
    openapi_route document_;
};

}  // namespace adapters::aitronos
