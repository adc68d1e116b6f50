// Bodies of creates, read without a document in between: Boost.JSON's own document must agree with what was
// read, and what passes the rules must survive the store.
#include "adapters/aitronos/order_reader.hpp"
#include "adapters/redis/request_codec.hpp"
#include "gateway/service/generation_rules.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace {

using namespace gateway::service;
using fuzz::claim;
namespace json = boost::json;

std::optional<json::object> document_of(std::string_view text) {
    json::parse_options options;
    options.max_depth = adapters::aitronos::deepest_order;
    boost::system::error_code failure;
    const json::value parsed = json::parse(text, failure, {}, options);
    if (failure || !parsed.is_object())
        return std::nullopt;
    return parsed.get_object();
}

void check_text(const given<std::string>& read, const json::object& document, const char* name) {
    const json::value* found = document.if_contains(name);
    if (found == nullptr || found->is_null())
        return claim(read.is == given<std::string>::state::absent,
                     "what is absent or null is read as absent");
    claim(read.present() == found->is_string(), "only texts are texts");
    if (found->is_string())
        claim(read.value == std::string_view{found->get_string()}, "a text is read as it is");
}

void check_draft(const generation_draft& draft, const json::object& document) {
    check_text(draft.engine, document, "engine");
    check_text(draft.prompt, document, "prompt");
    check_text(draft.mode, document, "mode");
    check_text(draft.lyrics, document, "lyrics");
    check_text(draft.seed_track_id, document, "seed_track_id");
    check_text(draft.title, document, "title");
    check_text(draft.idempotency_key, document, "idempotency_key");
    const json::value* flag = document.if_contains("instrumental");
    claim(draft.instrumental.present() == (flag && flag->is_bool()), "only a boolean is one");
    if (draft.instrumental.present())
        claim(draft.instrumental.value == flag->get_bool(), "a boolean is read as it is");
    const json::value* number = document.if_contains("duration_seconds");
    if (number && number->is_int64())
        claim(draft.duration_seconds.present() && draft.duration_seconds.value == number->get_int64(),
              "an integer is read as it is");
    const json::value* tags = document.if_contains("style_tags");
    if (!draft.style_tags.present())
        return;
    claim(tags && tags->is_array() && tags->get_array().size() == draft.style_tags.value.size(),
          "tags are a list");
    for (std::size_t i = 0; i < draft.style_tags.value.size(); ++i)
        claim(tags->get_array()[i].is_string() &&
                  draft.style_tags.value[i] == std::string_view{tags->get_array()[i].get_string()},
              "each tag is read as it is");
}

bool same(const generation_draft& left, const generation_draft& right) {
    const auto equal = [](const auto& one, const auto& other) {
        return one.is == other.is && one.value == other.value;
    };
    return equal(left.engine, right.engine) && equal(left.prompt, right.prompt) &&
           equal(left.mode, right.mode) && equal(left.duration_seconds, right.duration_seconds) &&
           equal(left.instrumental, right.instrumental) && equal(left.lyrics, right.lyrics) &&
           equal(left.seed_track_id, right.seed_track_id) && equal(left.style_tags, right.style_tags) &&
           equal(left.title, right.title) && equal(left.idempotency_key, right.idempotency_key);
}

void check_rules(const generation_draft& draft) {
    static const std::vector<gateway::engine> engines = [] {
        gateway::engine studio;
        studio.engine_key = "studio";
        return std::vector{studio};
    }();
    const text_limits limits{.prompt = 100, .lyrics = 100, .title = 20, .style_tags = 3, .style_tag = 10};
    const auto order = check_order(draft, engines, limits);
    if (!order) {
        claim(order.error().code == gateway::errc::invalid_request && !order.error().field.empty() &&
                  !order.error().explanation.empty(),
              "a refusal names the field and the reason");
        return;
    }
    const auto& request = order->request;
    claim(order->with == engines.data(), "the engine is one of those on offer");
    claim(request.prompt.size() <= 4 * limits.prompt && request.style_tags.size() <= limits.style_tags &&
              request.duration_seconds > 0 && request.duration_seconds <= engines[0].max_duration_seconds,
          "what passes is within its limits");
    if (order->idempotency_key)
        claim(!order->idempotency_key->empty() && order->idempotency_key->size() <= 4 * 255,
              "a key is within its limits");
    const auto kept = adapters::redis::decode_request(adapters::redis::encode_request(request));
    claim(kept && *kept == request, "the store gives an order back as it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto draft = adapters::aitronos::read_order(text);
    const auto document = document_of(text);
    if (!draft) {
        claim(draft.error().code == gateway::errc::invalid_request, "what is no order is an invalid request");
        return 0;
    }
    claim(document.has_value(), "what is read is a JSON object");
    check_draft(*draft, *document);
    const std::string spelled = json::serialize(*document);
    if (document_of(spelled)) {  // Boost.JSON writes what it read of 1e999 as no JSON
        const auto again = adapters::aitronos::read_order(spelled);
        claim(again && same(*draft, *again), "the same object in another spelling is the same order");
    }
    check_rules(*draft);
    return 0;
}
