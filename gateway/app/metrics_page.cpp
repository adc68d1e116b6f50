#include "gateway/app/metrics_page.hpp"

#include "gateway/runtime/log.hpp"
#include "gateway/runtime/process_facts.hpp"

#include <algorithm>
#include <iterator>

namespace gateway::app {

namespace asio = boost::asio;

namespace {

double seconds(milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

reading gauge(const char* name, const char* help, double value) {
    return {name, help, reading::kind::gauge, {{{}, value}}};
}

reading count(const char* name, const char* help, std::uint64_t value) {
    return {name, help, reading::kind::counter, {{{}, static_cast<double>(value)}}};
}

reading::sample flag(const char* label, std::string of, bool set) {
    return {{{label, std::move(of)}}, set ? 1.0 : 0.0};
}

void append(std::vector<reading>& to, std::vector<reading> more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

}  // namespace

std::vector<reading> store_readings(const store_overview& seen, const work_limits& limits) {
    const auto of_status = [](const char* status, std::size_t jobs) {
        return reading::sample{{{"status", status}}, static_cast<double>(jobs)};
    };
    return {
        {"music_gateway_jobs",
         "Live jobs of the whole store; every replica says the same. queued: in the queues; waiting: sit out "
         "a pause "
         "before they queue again; submitting, running: in flight.",
         reading::kind::gauge,
         {of_status("queued", seen.queued), of_status("waiting", seen.pausing),
          of_status("submitting", seen.submitting), of_status("running", seen.running)}},
        gauge("music_gateway_oldest_queued_job_age_seconds",
              "Since the creation of the oldest job queued or waiting, of the whole store; 0: there is none. "
              "Of the "
              "organizations the 128 whose turn is next are looked at.",
              seconds(seen.oldest_wait.value_or(milliseconds{0}))),
        gauge("music_gateway_poll_lag_seconds", "By which the most overdue poll of the whole store is late.",
              seconds(seen.look_lag)),
        gauge("music_gateway_in_flight_limit",
              "Jobs that may be in flight at a time, over all replicas; 0: no limit.", limits.max_in_flight),
        gauge("music_gateway_polls_per_second_limit", "Polls a second, over all replicas; 0: no limit.",
              limits.max_polls_per_second),
    };
}

void metrics_page::add_gates(std::vector<reading>& to) const {
    const gates known = from_.gates.at(service::gate_view::clock::now());
    reading retired{"music_gateway_engine_retired",
                    "1 while upstream has retired the configured engine with its model.",
                    reading::kind::gauge,
                    {}};
    reading prices{
        "music_gateway_engine_credits", "What one piece of music costs.", reading::kind::gauge, {}};
    bool any_retired = false;
    for (const engine& each : from_.rules()->engines) {
        const bool is_retired = from_.gates.is_retired(each);
        any_retired = any_retired || is_retired;
        retired.samples.push_back(flag("engine", each.engine_key, is_retired));
        prices.samples.push_back({{{"engine", each.engine_key}}, static_cast<double>(each.credits)});
    }
    to.push_back(
        {"music_gateway_gate_shut",
         "1 while shut. credits, access: creates are refused; retired: those of some engine; throttle, "
         "circuit: "
         "nothing is submitted, jobs wait; poll_circuit: polls are put off.",
         reading::kind::gauge,
         {flag("gate", "credits", known.credits_shut_for.has_value()),
          flag("gate", "access", known.access_retry_in.has_value()), flag("gate", "retired", any_retired),
          flag("gate", "throttle", known.throttled_for.count() > 0),
          flag("gate", "circuit", !from_.upstream.creates.closed()),
          flag("gate", "poll_circuit", !from_.upstream.looks.closed())}});
    to.push_back(std::move(retired));
    to.push_back(std::move(prices));
}

void metrics_page::add_connections(std::vector<reading>& to) const {
    const http::connection_counts clients = from_.clients();
    to.push_back(gauge("music_gateway_client_connections", "Open connections of clients.",
                       static_cast<double>(clients.open)));
    to.push_back(count("music_gateway_client_connections_accepted_total", "Connections of clients accepted.",
                       clients.accepted));
    to.push_back(
        count("music_gateway_client_connections_refused_total",
              "Connections of clients turned away, over limits.connections or connections_per_address.",
              clients.turned_away));
}

asio::awaitable<std::string> metrics_page::text() {
    const auto seen = co_await overview_.latest();
    std::vector<reading> now;
    now.push_back({"music_gateway_build_info",
                   "1; its labels say what runs.",
                   reading::kind::gauge,
                   {{{{"version", from_.version}, {"store", from_.store_kind}}, 1.0}}});
    now.push_back(
        gauge("music_gateway_store_up", "1 while the job store answers this process.", seen ? 1 : 0));
    now.push_back(gauge("music_gateway_store_warnings",
                        "Settings of the store that risk jobs; /readyz and the log name them.",
                        static_cast<double>(from_.state.warnings().size())));
    if (seen)
        append(now, store_readings(*seen, from_.rules()->limits));
    add_gates(now);
    add_connections(now);
    now.push_back(count("music_gateway_log_lines_dropped_total",
                        "Lines lost because standard error was not read fast enough.", log::dropped_lines()));
    append(now, process_facts());
    co_return from_.counts.text(now);
}

}  // namespace gateway::app
