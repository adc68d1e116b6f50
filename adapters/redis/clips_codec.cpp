#include "adapters/redis/clips_codec.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <limits>
#include <optional>

namespace adapters::redis {

namespace json = boost::json;
using gateway::job_state;
using gateway::kept_clip;

namespace {

constexpr std::size_t most_clips = 64;      // the configuration allows fewer
constexpr double longest_clip = 24 * 3600;  // seconds; far above any, and a sum of them fits an int

std::optional<json::object> parse_object(std::string_view text) {
    json::parse_options lenient;  // ids come from upstream as they are
    lenient.allow_invalid_utf8 = true;
    boost::system::error_code failure;
    json::value parsed = json::parse(text, failure, {}, lenient);
    if (failure || !parsed.is_object())
        return std::nullopt;
    return std::move(parsed.as_object());
}

bool read_count(const json::object& from, std::string_view name, int& into) {
    const json::value* found = from.if_contains(name);
    if (found == nullptr)
        return true;
    if (!found->is_int64() || found->get_int64() < 0 || found->get_int64() > std::numeric_limits<int>::max())
        return false;
    into = static_cast<int>(found->get_int64());
    return true;
}

bool read_clip(const json::value& from, kept_clip& into) {
    const json::array* parts = from.if_array();
    if (parts == nullptr || parts->size() != 3 || !(*parts)[0].is_string() || !(*parts)[1].is_string() ||
        !(*parts)[2].is_number())
        return false;
    into.task_id = (*parts)[0].get_string();
    into.extension = (*parts)[1].get_string();
    into.seconds = (*parts)[2].to_number<double>();
    return into.seconds >= 0 && into.seconds <= longest_clip;
}

}  // namespace

std::string encode_clips(const job_state& state) {
    const bool plain = state.clips.empty() && state.clips_planned == 0 && state.earlier_credits == 0 &&
                       !state.replacing && !state.mastering && !state.lyrics_asked;
    if (plain)
        return {};
    json::object made;
    if (!state.clips.empty()) {
        json::array clips;
        for (const kept_clip& each : state.clips)
            clips.push_back(json::array{each.task_id, each.extension, each.seconds});
        made["c"] = std::move(clips);
    }
    if (state.clips_planned != 0)
        made["p"] = state.clips_planned;
    if (state.earlier_credits != 0)
        made["e"] = state.earlier_credits;
    if (state.replacing)
        made["r"] = 1;
    if (state.mastering)
        made["m"] = 1;
    if (state.lyrics_asked)
        made["l"] = 1;
    return json::serialize(made);
}

bool decode_clips(std::string_view text, job_state& into) {
    const auto parsed = parse_object(text);
    if (!parsed || !read_count(*parsed, "p", into.clips_planned) ||
        !read_count(*parsed, "e", into.earlier_credits))
        return false;
    into.replacing = parsed->contains("r");
    into.mastering = parsed->contains("m");
    into.lyrics_asked = parsed->contains("l");
    const json::value* clips = parsed->if_contains("c");
    if (clips == nullptr)
        return true;
    if (!clips->is_array() || clips->get_array().size() > most_clips)
        return false;
    for (const json::value& each : clips->get_array())
        if (!read_clip(each, into.clips.emplace_back()))
            return false;
    return true;
}

}  // namespace adapters::redis
