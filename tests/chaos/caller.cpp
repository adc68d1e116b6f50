#include "tests/chaos/caller.hpp"

#include "tests/support/music_client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace chaos {

namespace json = boost::json;
using end_to_end::http_reply;
using end_to_end::http_request;

namespace {

std::string body_of(const order& what) {
    return json::serialize(json::object{
        {"engine", "studio"}, {"prompt", what.prompt}, {"duration_seconds", 20}, {"instrumental", true}});
}

std::string in_short(const http_reply& reply) {
    return "HTTP " + std::to_string(reply.status) + " " + reply.body.substr(0, 600);
}

bool is_a_job(const json::value& value) {
    const auto* object = value.if_object();
    return object && object->contains("id") && object->contains("status") && object->at("id").is_string() &&
           object->at("status").is_string();
}

}  // namespace

std::string ending_of(json::object job) {
    if (!end_to_end::is_terminal(end_to_end::text(job, "status")))
        return {};
    job.erase("playback_url");
    if (auto* track = job["track"].if_object())
        track->erase("playback_url");
    return json::serialize(job);
}

http_request caller::request(const customer& by, const std::string& method, const std::string& rest) const {
    return {method, "/v1/music/" + by.organization + "/generations" + rest, {{"X-API-Key", by.key}}, {}};
}

void caller::read_job(order& what, const http_reply& reply) const {
    boost::system::error_code failed;
    auto value = json::parse(reply.body, failed);
    if (failed || !is_a_job(value)) {
        what.oddities.push_back("not a job: " + in_short(reply));
        return;
    }
    const auto& job = value.get_object();
    what.job_ids.insert(end_to_end::text(job, "id"));
    what.saw(end_to_end::text(job, "status"), ending_of(job));
}

int caller::create(order& what, milliseconds within) const {
    ++what.attempts;
    http_request asked = request(*what.by, "POST", "");
    asked.headers.emplace_back("Content-Type", "application/json");
    asked.headers.emplace_back("Idempotency-Key", what.key);
    asked.body = body_of(what);
    http_reply reply;
    try {
        reply = end_to_end::ask(url_, asked, within);
    } catch (const std::runtime_error& problem) {
        what.dropped += std::string_view{problem.what()}.starts_with("http: connect") ? 0 : 1;
        return 0;
    }
    if (reply.status == 202)
        read_job(what, reply);
    else if (!may_be_repeated(reply.status))
        what.oddities.push_back("create answered " + in_short(reply));
    return reply.status;
}

int caller::look(order& what) const {
    return note(what, get(*what.by, "/" + what.job_id()), "get");
}

int caller::cancel(order& what) const {
    what.cancel_asked = true;
    return note(
        what,
        end_to_end::try_ask(url_, request(*what.by, "POST", "/" + what.job_id() + "/cancel"), call_patience),
        "cancel");
}

int caller::note(order& what, const std::optional<http_reply>& reply, const std::string& call) const {
    if (!reply)
        return 0;
    if (reply->status == 200)
        read_job(what, *reply);
    else if (reply->status == 404)
        what.missing = true;
    else if (!may_be_repeated(reply->status))
        what.oddities.push_back(call + " answered " + in_short(*reply));
    return reply->status;
}

void caller::listen(order& what) const {
    what.audio = 0;
    const auto reply = get(*what.by, "/" + what.job_id());
    if (!reply || reply->status != 200)
        return;
    const std::string playback = end_to_end::text(reply->json().as_object(), "playback_url");
    const auto path = std::min(playback.size(), playback.find('/', playback.find("//") + 2));
    const auto sound = end_to_end::try_ask(url_, {"GET", playback.substr(path), {{"Range", "bytes=0-0"}}, {}},
                                           call_patience);
    what.audio = sound ? sound->status : 0;
}

std::optional<http_reply> caller::get(const customer& by, const std::string& rest,
                                      milliseconds within) const {
    return end_to_end::try_ask(url_, request(by, "GET", rest), within);
}

}  // namespace chaos
