#include "gateway/app/admin.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace gateway::app {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds store_patience{1'000};  // a probe's own time-out is often one second

http::response json(unsigned status, const boost::json::object& body, std::string_view route) {
    http::response answer;
    answer.status = status;
    answer.content_type = "application/json";
    answer.body = boost::json::serialize(body);
    answer.route = route;
    return answer;
}

}  // namespace

asio::awaitable<http::response> admin::handle(http::request incoming) {
    const bool reads = incoming.method == http::method::get || incoming.method == http::method::head;
    const bool known =
        incoming.path == "/healthz" || incoming.path == "/readyz" || incoming.path == "/metrics";
    if (!known)
        co_return json(404, {{"status", "not found"}}, "none");
    if (!reads) {
        auto refused = json(405, {{"status", "method not allowed"}}, "none");
        refused.set("allow", "GET, HEAD");
        co_return refused;
    }
    if (incoming.path == "/healthz")
        co_return json(200, {{"status", "alive"}}, "/healthz");
    if (incoming.path == "/readyz")
        co_return co_await readyz();
    http::response text;
    text.content_type = "text/plain; version=0.0.4; charset=utf-8";
    text.body = co_await metrics_.text();
    text.route = "/metrics";
    co_return text;
}

asio::awaitable<http::response> admin::readyz() {
    boost::json::array reasons;
    if (state_.draining())
        reasons.emplace_back("draining");
    auto reachable = co_await store_.check(deadline::after(store_patience));
    if (!reachable)
        reasons.emplace_back(reachable.error().message());

    boost::json::object body{{"status", reasons.empty() ? "ready" : "not ready"}};
    const unsigned status = reasons.empty() ? 200 : 503;
    if (!reasons.empty())
        body["reasons"] = std::move(reasons);
    boost::json::array warnings;
    for (const std::string& sentence : state_.warnings())
        warnings.emplace_back(sentence);
    if (!warnings.empty())
        body["warnings"] = std::move(warnings);
    co_return json(status, body, "/readyz");
}

http::response admin::refuse(http::refusal_kind kind, const std::string& request_id) {
    return json(http::status_of(kind), {{"status", "refused"}, {"request_id", request_id}}, "none");
}

}  // namespace gateway::app
