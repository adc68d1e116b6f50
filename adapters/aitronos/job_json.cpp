#include "adapters/aitronos/job_json.hpp"

#include "adapters/aitronos/json_text.hpp"

namespace adapters::aitronos {

using gateway::engine;
using gateway::job;
using gateway::job_status;

namespace {

struct licence {
    std::string_view licence_class = "unclear";
    bool commercial_use = false;
    bool requires_attribution = true;
};

licence licence_of(const job& of, std::span<const engine> engines) {
    const engine* with = gateway::find_engine(engines, of.request.engine);
    if (!with)
        return {};
    return {with->licence_class, with->commercial_use, with->requires_attribution};
}

void append_url(std::string& out, std::string_view url) {
    if (url.empty())
        out += "null";
    else
        append_string(out, url);
}

void append_measured_duration(std::string& out, const job& of) {
    if (of.state.audio && of.state.audio->duration_seconds)
        append_number(out, *of.state.audio->duration_seconds);
    else
        out += "null";
}

// The text of an end that has one; the other ends have none, whatever was noted on the way.
void append_reason(std::string& out, const job& of, job_status end, const std::string& reason) {
    if (of.state.status == end && !reason.empty())
        append_string(out, reason);
    else
        out += "null";
}

// The first members of summary and track alike.
void append_track_head(std::string& out, const job& of) {
    out += "{\"id\":";
    append_string(out, gateway::track_id_of(of.id));
    out += ",\"title\":";
    if (of.request.title)
        append_string(out, *of.request.title);
    else
        out += "null";
    out += ",\"engine\":";
    append_string(out, of.request.engine);
    out += ",\"mode\":";
    append_string(out, to_string(of.request.mode));
}

void append_summary(std::string& out, const job& of, std::string_view playback_url,
                    std::span<const engine> engines) {
    append_track_head(out, of);
    out += ",\"instrumental\":";
    append_bool(out, of.request.instrumental);
    out += ",\"measured_duration_seconds\":";
    append_measured_duration(out, of);
    out += ",\"mime_type\":";
    append_string(out, of.state.audio ? std::string_view{of.state.audio->mime_type} : std::string_view{});
    out += ",\"licence_class\":";
    append_string(out, licence_of(of, engines).licence_class);
    out += ",\"playback_url\":";
    append_url(out, playback_url);
    out += '}';
}

}  // namespace

void append_job(std::string& out, const job& of, std::string_view playback_url,
                std::span<const engine> engines) {
    const bool succeeded = of.state.status == job_status::succeeded;
    const bool playable = succeeded && !playback_url.empty();

    out += "{\"id\":";
    append_string(out, of.id);
    out += ",\"status\":";
    append_string(out, to_string(of.state.status));
    out += ",\"progress\":";
    append_integer(out, progress_of(of));
    out += ",\"engine\":";
    append_string(out, of.request.engine);
    out += ",\"mode\":";
    append_string(out, to_string(of.request.mode));
    out += ",\"created_at\":";
    append_string(out, gateway::to_iso8601(of.created_at));
    out += ",\"result_track_id\":";
    if (succeeded)
        append_string(out, gateway::track_id_of(of.id));
    else
        out += "null";
    out += ",\"error_message\":";
    append_reason(out, of, job_status::failed, of.state.error_message);
    out += ",\"refusal_reason\":";
    append_reason(out, of, job_status::refused, of.state.refusal_reason);
    out += ",\"playback_url\":";
    append_url(out, playable ? playback_url : std::string_view{});
    out += ",\"track\":";
    if (playable)
        append_summary(out, of, playback_url, engines);
    else
        out += "null";
    out += '}';
}

void append_track(std::string& out, const job& of, std::string_view playback_url,
                  std::span<const engine> engines) {
    const licence terms = licence_of(of, engines);
    append_track_head(out, of);
    out += ",\"measured_duration_seconds\":";
    append_measured_duration(out, of);
    out += ",\"instrumental\":";
    append_bool(out, of.request.instrumental);
    out += ",\"licence_class\":";
    append_string(out, terms.licence_class);
    out += ",\"created_at\":";
    append_string(out, gateway::to_iso8601(of.created_at));
    out += ",\"playback_url\":";
    append_url(out, playback_url);
    out += ",\"stem_urls\":null,\"commercial_use\":";
    append_bool(out, terms.commercial_use);
    out += ",\"requires_attribution\":";
    append_bool(out, terms.requires_attribution);
    out += '}';
}

std::string job_list(const std::vector<job>& jobs, int limit, int offset) {
    constexpr std::size_t typical_job = 320;
    std::string out;
    out.reserve(64 + jobs.size() * typical_job);
    out += "{\"jobs\":[";
    for (const job& each : jobs) {
        if (&each != &jobs.front())
            out += ',';
        append_job(out, each, {}, {});
    }
    out += "],\"limit\":";
    append_integer(out, limit);
    out += ",\"offset\":";
    append_integer(out, offset);
    out += '}';
    return out;
}

}  // namespace adapters::aitronos
