#include "tests/support/music_client.hpp"

#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace end_to_end {

namespace json = boost::json;

json::object an_order(const std::string& prompt) {
    return {{"engine", "studio"}, {"prompt", prompt}, {"duration_seconds", 20}};
}

bool is_terminal(const std::string& status) {
    return status != "queued" && status != "running";
}

std::string text(const json::object& from, std::string_view member) {
    const auto& value = from.at({member.data(), member.size()});
    return value.is_null() ? std::string{} : std::string{value.as_string()};
}

http_reply music_client::send(http_request what, const header_list& further) const {
    if (!key_.empty())
        what.headers.emplace_back("X-API-Key", key_);
    what.headers.insert(what.headers.end(), further.begin(), further.end());
    return ask(url_, what);
}

http_reply music_client::create(const json::object& order, const header_list& further) const {
    return create_text(json::serialize(order), further);
}

http_reply music_client::create_text(const std::string& body, const header_list& further) const {
    return send({"POST", path("/generations"), {{"Content-Type", "application/json"}}, body}, further);
}

http_reply music_client::get(const std::string& job_id) const {
    return send({"GET", path("/generations/" + job_id)}, {});
}

http_reply music_client::list(const std::string& query) const {
    return send({"GET", path("/generations" + query)}, {});
}

http_reply music_client::cancel(const std::string& job_id) const {
    return send({"POST", path("/generations/" + job_id + "/cancel")}, {});
}

http_reply music_client::engines() const {
    return send({"GET", path("/engines")}, {});
}

http_reply music_client::track(const std::string& track_id) const {
    return send({"GET", path("/tracks/" + track_id)}, {});
}

http_reply music_client::call(const std::string& method, const std::string& rest,
                              const header_list& further) const {
    return send({method, path(rest)}, further);
}

std::string music_client::created(const json::object& order, const header_list& further) const {
    const auto reply = create(order, further);
    if (reply.status != 202)
        throw std::runtime_error("create answered " + std::to_string(reply.status) + ": " + reply.body);
    return text(reply.json().as_object(), "id");
}

json::object music_client::job(const std::string& job_id) const {
    const auto reply = get(job_id);
    if (reply.status != 200)
        throw std::runtime_error("get answered " + std::to_string(reply.status) + ": " + reply.body);
    return reply.json().as_object();
}

std::string music_client::status(const std::string& job_id) const {
    return text(job(job_id), "status");
}

json::object music_client::wait_for(const std::string& job_id, const std::string& status,
                                    milliseconds within) const {
    json::object last;
    const bool came = eventually(
        [&] {
            last = job(job_id);
            const auto now = text(last, "status");
            return now == status || is_terminal(now);
        },
        within);
    if (!came || text(last, "status") != status)
        throw std::runtime_error("waited for " + status + ", but the job is " + json::serialize(last));
    return last;
}

json::object music_client::wait_for_end(const std::string& job_id, milliseconds within) const {
    json::object last;
    const bool ended = eventually(
        [&] {
            last = job(job_id);
            return is_terminal(text(last, "status"));
        },
        within);
    if (!ended)
        throw std::runtime_error("the job does not end: " + json::serialize(last));
    return last;
}

}  // namespace end_to_end
