#include "adapters/redis/request_codec.hpp"

#include "adapters/redis/flat_object.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <utility>

namespace adapters::redis {

namespace json = boost::json;
using namespace gateway;

namespace {

constexpr std::size_t usual_size = 4096;  // of a request as a tree: what fits asks the heap for nothing

// Members that a later program may have added are passed over.
class request_reader final : public flat_object_visitor {
public:
    bool text(std::string_view name, std::string_view value) override {
        switch (name_code(name)) {
            case name_code("e"): made_.engine = value; return has_engine_ = true;
            case name_code("p"): made_.prompt = value; return has_prompt_ = true;
            case name_code("m"): return read_mode(value);
            case name_code("l"): made_.lyrics = value; break;
            case name_code("s"): made_.seed_track_id = value; break;
            case name_code("t"): made_.title = value; break;
            case name_code("c"): made_.seed.character = value; break;
            case name_code("sn"): made_.seed.number = value; break;
            case name_code("sl"): made_.seed.lyrics = value; break;
            case name_code("sx"): made_.seed.extension = value; break;
            default: break;
        }
        return true;
    }
    bool number(std::string_view name, std::int64_t value) override {
        if (name != "d")
            return true;
        made_.duration_seconds = static_cast<int>(value);
        return has_duration_ = std::in_range<int>(value);
    }
    bool flag(std::string_view name, bool value) override {
        if (name == "i")
            made_.instrumental = value;
        return true;
    }
    bool texts(std::string_view name, std::vector<std::string> values) override {
        if (name == "g")
            made_.style_tags = std::move(values);
        return true;
    }

    // Nothing when a member is missing that all requests have.
    std::optional<generation_request> take() {
        if (!has_engine_ || !has_prompt_ || !has_mode_ || !has_duration_)
            return std::nullopt;
        return std::move(made_);
    }

private:
    bool read_mode(std::string_view value) {
        const auto mode = generation_mode_from(value);
        made_.mode = mode.value_or(made_.mode);
        return has_mode_ = mode.has_value();
    }

    generation_request made_;
    bool has_engine_ = false, has_prompt_ = false, has_mode_ = false, has_duration_ = false;
};

}  // namespace

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
    request_reader reader;
    if (!read_flat_object(text, reader))
        return std::nullopt;
    return reader.take();
}

}  // namespace adapters::redis
