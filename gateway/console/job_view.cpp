#include "gateway/console/job_view.hpp"

#include "gateway/console/timeline.hpp"

#include <boost/json/array.hpp>

namespace gateway::console {

namespace json = boost::json;

namespace {

json::value time_value(const std::optional<store_time>& at) {
    return at ? json::value(at->time_since_epoch().count()) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

// Where it stands in more detail than clients are told.
std::string_view phase_of(const job_state& state) {
    if (is_terminal(state.status))
        return "ended";
    switch (state.step) {
        case submission::waiting: return "waiting";
        case submission::submitting: return state.unknown_since ? "answer_lost" : "submitting";
        case submission::accepted: return state.music_ready_at ? "fetching" : "generating";
    }
    return "waiting";
}

json::array steps_of(const job& of) {
    json::array steps;
    for (const step& each : timeline_of(of))
        steps.push_back(
            {{"what", each.what}, {"at", time_value(each.at)}, {"text", each.text}, {"done", each.done}});
    return steps;
}

}  // namespace

json::object row_of(const job& of) {
    const job_state& state = of.state;
    return {{"id", of.id},
            {"organization", of.owner.organization},
            {"user", of.owner.user},
            {"title", of.request.title ? json::value(*of.request.title) : json::value(nullptr)},
            {"engine", of.request.engine},
            {"status", to_string(state.status)},
            {"phase", phase_of(state)},
            {"progress", progress_of(of)},
            {"created_at", time_value(of.created_at)},
            {"ended_at", time_value(of.ended_at)},
            {"as_of", time_value(of.as_of)}};
}

json::object details_of(const job& of, const std::string& audio_url) {
    const job_state& state = of.state;
    json::object made = row_of(of);
    made["track_id"] =
        state.status == job_status::succeeded ? json::value(track_id_of(of.id)) : json::value(nullptr);
    made["mode"] = to_string(of.request.mode);
    made["instrumental"] = of.request.instrumental;
    made["duration_seconds"] = of.request.duration_seconds;
    made["task_id"] = text_or_null(state.task_id);
    made["clip_id"] = text_or_null(state.clip_id);
    made["submissions"] = state.submissions;
    made["setbacks"] = state.setbacks;
    made["credits"] = state.credits;
    made["credits_are"] = to_string(state.credits_are);
    made["credits_text"] = text_or_null(credits_text(state));
    made["traceparent"] = text_or_null(of.traceparent);
    made["can_be_cancelled"] = !is_terminal(state.status);
    made["timeline"] = steps_of(of);
    made["audio"] = nullptr;
    if (state.audio && !audio_url.empty())
        made["audio"] = {
            {"url", audio_url},
            {"mime_type", state.audio->mime_type},
            {"bytes", state.audio->bytes},
            {"duration_seconds", state.audio->duration_seconds ? json::value(*state.audio->duration_seconds)
                                                               : json::value(nullptr)}};
    return made;
}

}  // namespace gateway::console
