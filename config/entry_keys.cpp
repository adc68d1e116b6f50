// The tables of the lists' elements: an engine of the configuration, a key of the keys file.
#include "config/keys.hpp"

namespace config {

namespace {

using rows::required;

template <class Access>
key<gateway::engine> engine_flag(const char* name, const char* fallback, const char* sentence,
                                 Access access) {
    return rows::row<gateway::engine>(name, kind::boolean, {fallback}, sentence, access);
}

std::vector<key<gateway::engine>> make_engine_keys() {
    using gateway::engine;
    std::vector<key<engine>> table{
        required(rows::row<engine>(
            "engine_key", kind::text, {}, "Required. A request's `engine`.",
            [](auto& e) -> auto& { return e.engine_key; }, plain_name())),
        rows::row<engine>(
            "display_name", kind::text, {}, "The engine_key when left out.",
            [](auto& e) -> auto& { return e.display_name; }, not_empty()),
        required(rows::row<engine>(
            "model", kind::text, {}, "Required. Upstream's `mv`, spelled as upstream wants it.",
            [](auto& e) -> auto& { return e.model; }, not_empty())),
        rows::row<engine>(
            "max_duration_seconds", kind::integer, {"240"}, "Of a piece of music.",
            [](auto& e) -> auto& { return e.max_duration_seconds; }, between(1, 3600)),
        engine_flag(
            "supports_vocals", "true", "false: everything it makes is instrumental.",
            [](auto& e) -> auto& { return e.supports_vocals; }),
        engine_flag(
            "supports_lyrics", "true", "Whether it sings given lyrics.",
            [](auto& e) -> auto& { return e.supports_lyrics; }),
        rows::row<engine>(
            "supported_languages", kind::texts, {"en"}, "Of vocals.",
            [](auto& e) -> auto& { return e.supported_languages; }, names_or_none()),
        // reference/aitronos-api 3.0
        rows::choice<engine>(
            "licence_class", {"commercial_cleared", "commercial_enterprise", "personal_only", "unclear"},
            "unclear", "", [](auto& e) -> auto& { return e.licence_class; }),
        engine_flag(
            "commercial_use", "false", "Licence fact, shown to clients.",
            [](auto& e) -> auto& { return e.commercial_use; }),
        engine_flag(
            "requires_attribution", "true", "Licence fact, shown to clients.",
            [](auto& e) -> auto& { return e.requires_attribution; }),
        rows::row<engine>(
            "typical_seconds", kind::integer, {"40"}, "From start to finish, before any was measured.",
            [](auto& e) -> auto& { return e.typical; },
            between(std::chrono::seconds{1}, std::chrono::seconds{3600})),
        rows::row<engine>(
            "credits", kind::integer, {"10"}, "What one create costs upstream.",
            [](auto& e) -> auto& { return e.credits; }, between(0, 1'000'000)),
        rows::choice<engine>(
            "length", {"as_is", "fit"}, "fit",
            "Fit: a clip too long is cut, one too short made up for by further clips.",
            [](auto& e) -> auto& { return e.length; }),
        rows::row<engine>(
            "max_clips_per_job", kind::integer, {"6"},
            "Each costs credits. 1: a clip too short is delivered as it is.",
            [](auto& e) -> auto& { return e.max_clips_per_job; }, between(1, 50)),
        rows::choice<engine>(
            "seed", {"none", "restyle", "continue"}, "restyle",
            "Music of a seed track's character; continue: joined to the seed's own audio.",
            [](auto& e) -> auto& { return e.seed; }),
        rows::choice<engine>(
            "format", {"source", "m4a", "mp3", "wav", "flac"}, "source",
            "Of the delivered files. Source: as upstream made it.",
            [](auto& e) -> auto& { return e.format; }),
        engine_flag(
            "write_lyrics", "false", "Vocals without lyrics: upstream is asked for some first, for 1 credit.",
            [](auto& e) -> auto& { return e.write_lyrics; }),
    };
    for (key<engine>& each : table)
        each.reloadable = true;
    return table;
}

std::vector<key<gateway::api_key>> make_api_key_keys() {
    using gateway::api_key;
    return {
        required(rows::row<api_key>(
            "sha256", kind::hash, {}, "Of the raw key.", [](auto& k) -> auto& { return k.sha256; })),
        required(rows::row<api_key>(
            "user", kind::text, {}, "Whom the key belongs to.", [](auto& k) -> auto& { return k.user; },
            token())),
        required(rows::row<api_key>(
            "organizations", kind::texts, {}, "Those the user is a member of.",
            [](auto& k) -> auto& { return k.organizations; }, one_or_more_names())),
        rows::row<api_key>(
            "capabilities", kind::texts, {std::string{gateway::music_capability}}, "What the key may do.",
            [](auto& k) -> auto& { return k.capabilities; }, names_or_none()),
        rows::choice<api_key>(
            "state", {"active", "paused", "deactivated"}, "active", "",
            [](auto& k) -> auto& { return k.state; }),
        rows::row<api_key>(
            "expires_at", kind::moment, {}, "Never when unset.",
            [](auto& k) -> auto& { return k.expires_at; }),
        rows::row<api_key>(
            "requests_per_minute", kind::integer, {},
            "Of creates, over all replicas; the same again of other requests, by each replica.",
            [](auto& k) -> auto& { return k.requests_per_minute; },
            constraint<std::optional<int>>{
                "from 1 to 1000000",
                [](const std::optional<int>& rate) { return *rate >= 1 && *rate <= 1'000'000; }}),
    };
}

}  // namespace

std::span<const key<gateway::engine>> engine_keys() {
    static const std::vector<key<gateway::engine>> table = make_engine_keys();
    return table;
}

std::span<const key<gateway::api_key>> api_key_keys() {
    static const std::vector<key<gateway::api_key>> table = make_api_key_keys();
    return table;
}

}  // namespace config
