#pragma once
// The console on the admin port: one page for operators, and the JSON routes it lives on. console/README.md
// describes the routes.
//
// Nothing here is on a client's way: what it reads of the store is bounded, and asked for only while somebody
// looks.

#include "gateway/console/access.hpp"
#include "gateway/console/overview.hpp"
#include "gateway/console/page.hpp"
#include "gateway/domain/job_survey.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/http/routes.hpp"
#include "gateway/service/generations.hpp"

#include <functional>
#include <span>
#include <string>

namespace gateway::console {

// Port: finished audio on this port, behind addresses that carry their own proof.
class audio_player {
public:
    virtual ~audio_player() = default;

    // The last segment of the address, with its query: "<file>?expires=...". Empty when the job has no audio.
    virtual std::string address_of(const job& of) const = 0;

    // Answers a request for that file, ranges included. `incoming` outlives the call.
    virtual boost::asio::awaitable<http::response> play(const http::request& incoming,
                                                        std::string file) const = 0;
};

// What it shows and uses; all of it outlives the console and lives on its thread.
struct surroundings {
    job_store& store;  // the same jobs as the survey's
    job_survey& survey;
    service::generations& generations;
    const service::gate_view& gates;
    const audio_player& audio;
    std::function<operating_facts()> facts;
};

// Used on one thread.
class console final : public http::handler {
public:
    console(surroundings around, access_settings who);

    // Order of checks: route, method, access, then query.
    boost::asio::awaitable<http::response> handle(http::request incoming) override;
    http::response refuse(http::refusal_kind kind, const std::string& request_id) override;

    struct call {
        const http::request& incoming;
        const http::path_arguments& arguments;
    };
    enum class needs { page, read, change };
    struct endpoint {
        needs asks_for;
        boost::asio::awaitable<http::response> (console::*answer)(const call&);
    };
    static std::span<const http::route<endpoint>> routes();

private:
    using answer_to_come = boost::asio::awaitable<http::response>;

    answer_to_come show_page(const call& now);
    answer_to_come show_overview(const call& now);
    answer_to_come search(const call& now);
    answer_to_come find_one(const http::request& incoming, std::string id, job_search wanted);
    answer_to_come show_job(const call& now);
    answer_to_come cancel(const call& now);
    answer_to_come play(const call& now);

    verdict judge(needs what, const http::request& incoming) const;
    http::response details(const job& of) const;

    surroundings around_;
    page page_;
    doorkeeper access_;
};

}  // namespace gateway::console
