#include "adapters/redis/request_codec.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <limits>
#include <utility>

namespace adapters::redis {

namespace json = boost::json;
using namespace gateway;

namespace {

constexpr std::size_t usual_size = 4096;  // of a request as a tree: what fits asks the heap for nothing

std::optional<std::string> text_in(const json::object& from, std::string_view name) {
    const json::value* found = from.if_contains(name);
    if (found == nullptr || !found->is_string())
        return std::nullopt;
    return std::string{found->as_string()};
}

}  // namespace

std::optional<json::object> parse_object(std::string_view text, json::storage_ptr memory) {
    json::parse_options lenient;
    lenient.allow_invalid_utf8 = true;
    boost::system::error_code failure;
    json::value parsed = json::parse(text, failure, std::move(memory), lenient);
    if (failure || !parsed.is_object())
        return std::nullopt;
    return std::move(parsed.as_object());
}

std::string encode_request(const generation_request& request) {
    std::array<unsigned char, usual_size> buffer;
    json::monotonic_resource memory{buffer.data(), buffer.size()};
    json::object made{&memory};
    made["e"] = request.engine;
    made["p"] = request.prompt;
    made["d"] = request.duration_seconds;
    made["m"] = to_string(request.mode);
    if (request.instrumental)
        made["i"] = true;
    if (request.lyrics)
        made["l"] = *request.lyrics;
    if (request.seed_track_id)
        made["s"] = *request.seed_track_id;
    const auto put = [&](std::string_view name, const std::string& text) {
        if (!text.empty())
            made[name] = text;
    };
    put("c", request.seed.character);
    put("sn", request.seed.number);
    put("sl", request.seed.lyrics);
    put("sx", request.seed.extension);
    if (!request.style_tags.empty())
        made["g"] = json::array(request.style_tags.begin(), request.style_tags.end(), &memory);
    if (request.title)
        made["t"] = *request.title;
    return json::serialize(made);
}

std::optional<generation_request> decode_request(std::string_view text) {
    std::array<unsigned char, usual_size> buffer;
    json::monotonic_resource memory{buffer.data(), buffer.size()};
    const auto parsed = parse_object(text, &memory);
    if (!parsed)
        return std::nullopt;
    const auto engine = text_in(*parsed, "e");
    const auto prompt = text_in(*parsed, "p");
    const auto mode = generation_mode_from(text_in(*parsed, "m").value_or(""));
    const json::value* duration = parsed->if_contains("d");
    if (!engine || !prompt || !mode || duration == nullptr || !duration->is_int64() ||
        duration->get_int64() < std::numeric_limits<int>::min() ||
        duration->get_int64() > std::numeric_limits<int>::max())
        return std::nullopt;

    generation_request made;
    made.engine = *engine;
    made.prompt = *prompt;
    made.duration_seconds = static_cast<int>(duration->get_int64());
    made.mode = *mode;
    made.instrumental = parsed->contains("i");
    made.lyrics = text_in(*parsed, "l");
    made.seed_track_id = text_in(*parsed, "s");
    made.seed.character = text_in(*parsed, "c").value_or("");
    made.seed.number = text_in(*parsed, "sn").value_or("");
    made.seed.lyrics = text_in(*parsed, "sl").value_or("");
    made.seed.extension = text_in(*parsed, "sx").value_or("");
    made.title = text_in(*parsed, "t");
    if (const json::value* tags = parsed->if_contains("g")) {
        if (!tags->is_array())
            return std::nullopt;
        for (const json::value& each : tags->get_array()) {
            if (!each.is_string())
                return std::nullopt;
            made.style_tags.emplace_back(each.get_string());
        }
    }
    return made;
}

}  // namespace adapters::redis
