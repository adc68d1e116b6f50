#include "tests/end_to_end/contract_promises.hpp"

#include "tests/support/prism_dialect.hpp"

#include <boost/json/serialize.hpp>

namespace end_to_end {

namespace json = boost::json;

namespace {

std::string plain(const json::value& value) {
    return value.is_string() ? std::string{value.as_string()} : json::serialize(value);
}

http_request request_of(const json::value& document, const std::string& path, const std::string& method,
                        const json::object& item, const json::object& operation) {
    http_request asked{method, path, {{"X-API-Key", "ak_example"}}, {}};
    std::string query;
    for (const auto* list : {item.if_contains("parameters"), operation.if_contains("parameters")})
        for (const auto& each : list ? list->as_array() : json::array{}) {
            const auto& parameter = resolved(document, each).as_object();
            const std::string name{parameter.at("name").as_string()};
            const auto* example = parameter.if_contains("example");
            if (parameter.at("in") == "path")
                asked.target.replace(asked.target.find('{' + name + '}'), name.size() + 2, plain(*example));
            else if (parameter.at("in") == "query" && example)
                query += (query.empty() ? "?" : "&") + name + '=' + plain(*example);
            else if (parameter.at("in") == "header" && example)
                asked.headers.emplace_back(name, plain(*example));
        }
    asked.target += query;
    if (const auto* body = operation.if_contains("requestBody")) {
        asked.headers.emplace_back("Content-Type", "application/json");
        const auto& examples = body->at_pointer("/content/application~1json/examples").as_object();
        asked.body = json::serialize(examples.begin()->value().at("value"));
    }
    return asked;
}

void add_answer(promise& to, const json::value& document, const json::value& response) {
    if (const auto* headers = response.as_object().if_contains("headers"))
        for (const auto& [name, header] : headers->as_object()) {
            to.answered.headers.emplace_back(name, plain(resolved(document, header).at("example")));
            if (resolved(document, header).as_object().contains("required"))
                to.required_headers.emplace_back(name);
        }
    const auto* content = response.as_object().if_contains("content");
    if (!content)
        return;
    const auto* as_json = content->as_object().if_contains("application/json");
    to.answered.headers.emplace_back("content-type", as_json ? "application/json" : "audio/mp4");
    if (!as_json) {
        to.answered.body = std::string{"\0\xff\xfe no text\r\n\r\n", 15};
        return;
    }
    const auto* one = as_json->as_object().if_contains("example");
    to.answered.body = json::serialize(
        one ? *one : resolved(document, as_json->at("examples").as_object().begin()->value()).at("value"));
}

}  // namespace

std::vector<promise> promises_of(const json::value& document) {
    std::vector<promise> all;
    for (const auto& path : document.at("paths").as_object())
        for (const auto& [key, method] :
             {std::pair{"get", "GET"}, std::pair{"head", "HEAD"}, std::pair{"post", "POST"}}) {
            const auto& item = path.value().as_object();
            if (!item.contains(key))
                continue;
            const auto& operation = item.at(key).as_object();
            for (const auto& answer : operation.at("responses").as_object()) {
                if (answer.key() == std::to_string(stands_for_501))
                    continue;
                promise one;
                one.name =
                    std::string{method} + ' ' + std::string{path.key()} + ' ' + std::string{answer.key()};
                one.asked = request_of(document, path.key(), method, item, operation);
                one.answered.status = std::stoi(std::string{answer.key()});
                add_answer(one, document, resolved(document, answer.value()));
                all.push_back(std::move(one));
            }
        }
    return all;
}

}  // namespace end_to_end
