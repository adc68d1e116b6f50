#include "adapters/aitronos/engine_json.hpp"

#include "adapters/aitronos/json_text.hpp"

namespace adapters::aitronos {

using gateway::engine;

namespace {

void append_languages(std::string& out, const std::vector<std::string>& languages) {
    out += '[';
    for (const std::string& each : languages) {
        if (&each != &languages.front())
            out += ',';
        append_string(out, each);
    }
    out += ']';
}

void append_engine(std::string& out, const engine& one) {
    out += "{\"engine_key\":";
    append_string(out, one.engine_key);
    out += ",\"display_name\":";
    append_string(out, one.display_name);
    out += ",\"max_duration_seconds\":";
    append_integer(out, one.max_duration_seconds);
    out += ",\"supports_vocals\":";
    append_bool(out, one.supports_vocals);
    out += ",\"supports_lyrics\":";
    append_bool(out, one.supports_lyrics && one.supports_vocals);  // as the rules judge lyrics
    out += ",\"supports_stems\":false,\"supported_languages\":";
    append_languages(out, one.supported_languages);
    out += ",\"licence_class\":";
    append_string(out, one.licence_class);
    out += ",\"licence_version\":null,\"commercial_use\":";
    append_bool(out, one.commercial_use);
    out += ",\"requires_attribution\":";
    append_bool(out, one.requires_attribution);
    out += '}';
}

}  // namespace

std::string engine_list(const std::vector<engine>& engines) {
    std::string array{"["};
    for (const engine& each : engines) {
        if (&each != &engines.front())
            array += ',';
        append_engine(array, each);
    }
    array += ']';
    return "{\"engines\":" + array + ",\"items\":" + array + '}';
}

}  // namespace adapters::aitronos
