#include "adapters/aitronos/openapi.hpp"

#include "adapters/aitronos/entity_tag.hpp"
#include "adapters/aitronos/envelope.hpp"
#include "gateway/runtime/digest.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace adapters::aitronos {

namespace json = boost::json;
using gateway::http::response;

std::string openapi_document(std::string_view public_url, const gateway::service::text_limits& limits) {
    std::string text;
    for (const std::string_view piece : openapi_pieces())
        text += piece;
    json::value document = json::parse(text);
    document.at_pointer("/servers/0/url") = public_url;
    json::value& order = document.at_pointer("/components/schemas/Order/properties");
    order.at_pointer("/prompt/maxLength") = limits.prompt;
    order.at_pointer("/lyrics/maxLength") = limits.lyrics;
    order.at_pointer("/title/maxLength") = limits.title;
    order.at_pointer("/style_tags/maxItems") = limits.style_tags;
    order.at_pointer("/style_tags/items/maxLength") = limits.style_tag;
    return json::serialize(document);
}

response openapi_route::serve(const gateway::http::request& incoming, std::string_view public_url,
                              const gateway::service::policy_ptr& rules) {
    if (made_for_ != rules) {
        text_ = openapi_document(public_url, rules->texts);
        constexpr std::size_t enough = 16;
        etag_ = '"' + gateway::to_hex(gateway::sha256(text_)).substr(0, enough) + '"';
        made_for_ = rules;
    }
    response answer;
    answer.set("etag", etag_);
    answer.set("cache-control", "no-cache");  // ask again: a reload may have changed it
    switch (condition_of(incoming, etag_)) {
        case condition::none: break;
        case condition::not_modified: answer.status = 304; return answer;
        case condition::failed:
            return error_response(precondition_failed, {.system_message = "the document is another one",
                                                        .trace_id = incoming.request_id,
                                                        .now = std::chrono::system_clock::now()});
    }
    answer.content_type = "application/json";
    answer.body = text_;
    return answer;
}

}  // namespace adapters::aitronos
