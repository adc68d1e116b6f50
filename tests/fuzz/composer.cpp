// What we ask upstream for, of whatever a client ordered: never what upstream is known to refuse.
#include "adapters/producer/prompt_composer.hpp"
#include "gateway/runtime/json_text.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/made_job.hpp"

#include <boost/json/parse.hpp>

namespace {

using fuzz::claim;
namespace json = boost::json;

gateway::engine made_engine(fuzz::input& in) {
    gateway::engine made;
    made.model = "FUZZ-2.0";
    made.supports_vocals = in.flag();
    made.supports_lyrics = in.flag();
    made.seed = static_cast<gateway::seed_rule>(in.number_up_to(2));
    return made;
}

std::size_t utf16_units(std::string_view text) {
    std::size_t units = 0;
    for (const char each : text)
        units +=
            ((static_cast<unsigned char>(each) & 0xC0U) != 0x80) + (static_cast<unsigned char>(each) >= 0xF0);
    return units;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const gateway::engine with = made_engine(in);
    gateway::job order;
    order.id = "mgen_0123456789ab";
    order.request = fuzz::made_request(in);
    order.request.seed.number = std::to_string(in.byte());  // nothing but digits is ever taken for one
    order.state = fuzz::made_state(in);

    boost::system::error_code failure;
    const auto body = json::parse(adapters::producer::compose_create_body(order, with), failure);
    claim(!failure && body.is_object(), "the call is a JSON object of UTF-8");
    const json::object& call = body.get_object();
    if (const json::value* title = call.if_contains("title"))
        claim(utf16_units(title->as_string()) <= 80, "a title has at most 80 characters");
    claim(call.contains("sound") || call.contains("lyrics"), "one of sound and lyrics is there");
    return 0;
}
