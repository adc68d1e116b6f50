// The OpenAPI document against the program: the same routes, the same codes, the limits in force.
#include "adapters/aitronos/openapi.hpp"
#include "adapters/aitronos/envelope.hpp"

#include "tests/unit/aitronos/face_fixture.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include <set>

namespace {

namespace json = boost::json;
using adapters::aitronos::error_face;
using gateway::errc;
using gateway::http::refusal_kind;

// "GET /media/{file}"
std::set<std::string> documented_routes(const json::value& document) {
    std::set<std::string> all;
    for (const auto& path : document.at("paths").as_object())
        for (const auto& [method, name] : {std::pair{"get", "GET"}, std::pair{"post", "POST"},
                                           std::pair{"put", "PUT"}, std::pair{"delete", "DELETE"}})
            if (path.value().as_object().contains(method))
                all.insert(std::string{name} + ' ' + std::string{path.key()});
    return all;
}

// Follows "#/..." until something else is there.
const json::value& resolved(const json::value& document, const json::value& from) {
    const json::value* at = &from;
    while (const auto* reference = at->as_object().if_contains("$ref"))
        at = &document.at_pointer(std::string_view{reference->as_string()}.substr(1));
    return *at;
}

void collect_codes(const json::value& code, std::set<std::string>& into) {
    if (const auto* one = code.as_object().if_contains("const"))
        into.emplace(one->as_string());
    else
        for (const auto& each : code.at("enum").as_array())
            into.emplace(each.as_string());
}

// "404 client_error RESOURCE_NOT_FOUND" of each response that some operation can give.
std::set<std::string> documented_errors(const json::value& document) {
    std::set<std::string> all;
    for (const auto& path : document.at("paths").as_object())
        for (const auto& operation : path.value().as_object()) {
            const auto* answers = operation.key() == "parameters"
                                      ? nullptr
                                      : operation.value().as_object().if_contains("responses");
            if (!answers)
                continue;
            for (const auto& answer : answers->as_object()) {
                const json::value& response = resolved(document, answer.value());
                if (answer.key() < "400" || !response.as_object().contains("content"))
                    continue;
                const json::value& error = response.at_pointer(
                    "/content/application~1json/schema/allOf/1/properties/error/properties");
                EXPECT_EQ(std::to_string(error.at("status").at("const").as_int64()), answer.key());
                std::set<std::string> codes;
                collect_codes(error.at("code"), codes);
                for (const auto& code : codes)
                    all.insert(std::string{answer.key()} + ' ' +
                               std::string{error.at("type").at("const").as_string()} + ' ' + code);
            }
        }
    return all;
}

std::string line_of(const error_face& look) {
    return std::to_string(look.status) + ' ' + std::string{look.type} + ' ' + std::string{look.code};
}

class Openapi : public face_fixture {
protected:
    json::value document() { return json(get("/openapi.json", "")); }
};

TEST_F(Openapi, NamesTheRoutesOfTheTableAndNoOthers) {
    std::set<std::string> served;
    for (const auto& line : adapters::aitronos::face::routes())
        served.insert(std::string{gateway::http::to_string(line.method)} + ' ' + std::string{line.pattern});
    EXPECT_EQ(documented_routes(document()), served);
}

TEST_F(Openapi, NamesEveryErrorTheFaceCanGive) {
    const auto documented = documented_errors(document());
    std::set<std::string> possible{line_of(adapters::aitronos::range_not_satisfiable),
                                   line_of(adapters::aitronos::precondition_failed)};
    for (int value = 1; value <= static_cast<int>(errc::internal); ++value)
        if (static_cast<errc>(value) != errc::method_not_allowed)  // of no operation: told in words
            possible.insert(line_of(adapters::aitronos::face_of(static_cast<errc>(value))));
    for (int value = 0; value <= static_cast<int>(refusal_kind::unsupported_version); ++value)
        possible.insert(line_of(adapters::aitronos::face_of(static_cast<refusal_kind>(value))));
    EXPECT_EQ(documented, possible);
}

TEST_F(Openapi, NamesTheAddressOfTheGatewayAndTheLimitsInForce) {
    EXPECT_EQ(document().at_pointer("/servers/0/url"), "http://music.test");
    auto changed = rules();
    changed->texts = {.prompt = 7, .lyrics = 8, .title = 9, .style_tags = 10, .style_tag = 11};
    service.use(changed);
    const auto after = document();
    const auto& order = after.at_pointer("/components/schemas/Order/properties");
    EXPECT_EQ(order.at_pointer("/prompt/maxLength"), 7);
    EXPECT_EQ(order.at_pointer("/lyrics/maxLength"), 8);
    EXPECT_EQ(order.at_pointer("/title/maxLength"), 9);
    EXPECT_EQ(order.at_pointer("/style_tags/maxItems"), 10);
    EXPECT_EQ(order.at_pointer("/style_tags/items/maxLength"), 11);
}

TEST_F(Openapi, TellsTheLimitsThatAreShipped) {
    std::string file;
    for (const auto piece : adapters::aitronos::openapi_pieces())
        file += piece;
    const auto shipped = json::parse(file);
    EXPECT_EQ(json::serialize(shipped), adapters::aitronos::openapi_document("/", {}));
}

TEST_F(Openapi, NeedsNoKeyAndIsNotSentTwice) {
    const response first = get("/openapi.json", "");
    EXPECT_EQ(first.status, 200u);
    EXPECT_EQ(first.content_type, "application/json");
    EXPECT_EQ(first.route, "/openapi.json");
    EXPECT_EQ(header(first, "cache-control"), "no-cache");
    EXPECT_EQ(answer(ask(method::head, "/openapi.json", {}, "")).status, 200u);

    auto again = ask(method::get, "/openapi.json", {}, "");
    again.headers.emplace_back("if-none-match", "\"other\", W/" + header(first, "etag"));
    const response unchanged = answer(again);
    EXPECT_EQ(unchanged.status, 304u);
    EXPECT_TRUE(unchanged.body.empty());
    EXPECT_EQ(header(unchanged, "etag"), header(first, "etag"));

    again.headers.back() = {"if-match", header(first, "etag")};
    EXPECT_EQ(answer(again).status, 200u);
    again.headers.back().second = "\"other\"";
    EXPECT_EQ(answer(again).status, 412u);
    again.headers.back() = {"if-none-match", header(first, "etag")};

    auto changed = rules();
    changed->texts.prompt = 7;
    service.use(changed);
    EXPECT_EQ(answer(again).status, 200u) << "a reload has changed it";
    EXPECT_EQ(answer(ask(method::post, "/openapi.json", {}, "")).status, 405u);
}

}  // namespace
