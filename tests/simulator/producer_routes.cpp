#include "producer_routes.hpp"

namespace simulator {

namespace http = boost::beast::http;

namespace {

constexpr std::string_view create_path = "/api/v1/producer/create";
constexpr std::string_view lyrics_path = "/api/v1/producer/lyrics-create";
constexpr std::string_view task_prefix = "/api/v1/producer/task/";
constexpr std::string_view credits_path = "/api/v1/get-credits";

answer credits_answer(backend& all, const request& incoming) {
    ++all.counts.credits_reads;
    if (auto refusal = gate_key(all, incoming))
        return std::move(*refusal);
    return json_answer(200, {{"credits", all.balance.monthly}, {"extra_credits", all.balance.extra}});
}

}  // namespace

answer producer_answer(backend& all, request&& incoming, std::string_view path) {
    if (incoming.method() == http::verb::post && path == lyrics_path)
        return lyrics_answer_for(all, std::move(incoming));
    if (incoming.method() == http::verb::post)
        return path == create_path ? create_answer_for(all, std::move(incoming)) : html_answer(405);
    if (incoming.method() != http::verb::get)
        return html_answer(405);
    if (path == credits_path)
        return credits_answer(all, incoming);
    if (path.starts_with(task_prefix) && path.size() > task_prefix.size())
        return poll_answer_for(all, incoming, path.substr(task_prefix.size()));
    return html_answer(path == create_path || path == lyrics_path ? 405 : 404);
}

}  // namespace simulator
