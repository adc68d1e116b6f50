#include "tests/support/prism_dialect.hpp"

#include "tests/support/scratch_folder.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <stdexcept>

namespace end_to_end {

namespace json = boost::json;

namespace {

// As those beside it write where it is.
constexpr std::string_view served_document = "../../../adapters/aitronos/openapi.json#";

json::value parsed_beside(std::string text) {
    for (auto at = text.find(served_document); at != std::string::npos; at = text.find(served_document, at))
        text.replace(at, served_document.size(), "#");
    return json::parse(text);
}

void add_all(json::object& to, const json::object& from) {
    for (const auto& [name, value] : from)
        if (!to.emplace(name, value).second)
            throw std::runtime_error("two documents define " + std::string{name});
}

void add_stand_in(json::object& operation) {
    auto& responses = operation.at("responses").as_object();
    if (const auto* refusal = responses.if_contains("501")) {
        json::value copy = *refusal;
        responses[std::to_string(stands_for_501)] = std::move(copy);
    }
}

json::object head_of(const json::value& document, const json::object& get) {
    json::object head = get;
    if (auto* name = head.if_contains("operationId"))
        *name = "headOf_" + std::string{name->as_string()};
    for (auto& answer : head.at("responses").as_object()) {
        json::value alone = resolved(document, answer.value());
        alone.as_object().erase("content");
        answer.value() = std::move(alone);
    }
    return head;
}

bool is_method(std::string_view text) {
    for (const char* known : {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"})
        if (text == known)
            return true;
    return false;
}

}  // namespace

const json::value& resolved(const json::value& document, const json::value& from) {
    const json::value* at = &from;
    while (const auto* reference = at->as_object().if_contains("$ref"))
        at = &document.at_pointer(std::string_view{reference->as_string()}.substr(1));
    return *at;
}

std::vector<std::string> documents_beside() {
    return {read_file(CONTRACT_FOLDER "/producer_calls.json"),
            read_file(CONTRACT_FOLDER "/outside_the_routes.json")};
}

json::value document_for_prism(json::value served, const std::vector<std::string>& beside) {
    for (const auto& text : beside) {
        const auto other = parsed_beside(text);
        add_all(served.at("paths").as_object(), other.at("paths").as_object());
        if (const auto* components = other.as_object().if_contains("components"))
            add_all(served.at_pointer("/components/schemas").as_object(),
                    components->at("schemas").as_object());
    }
    for (auto& path : served.at("paths").as_object()) {
        auto& item = path.value().as_object();
        for (const char* method : {"get", "head", "post"})
            if (auto* operation = item.if_contains(method))
                add_stand_in(operation->as_object());
        if (!item.contains("get") || item.contains("head"))
            continue;
        json::object head = head_of(served, item.at("get").as_object());
        item["head"] = std::move(head);
    }
    return served;
}

http_request request_for_prism(http_request what) {
    for (auto& [name, value] : what.headers)
        if (value.starts_with("bearer "))
            value.front() = 'B';
    const auto end = std::min(what.target.find('?'), what.target.size());
    for (std::size_t from = 0; from < end;) {
        const auto next = std::min(what.target.find('/', from), end);
        const auto segment = what.target.substr(from, next - from);
        if (segment == "." || segment == "..")
            what.target.replace(from, segment.size(), segment.size(), '_');
        from = next + 1;
    }
    return what;
}

http_reply reply_for_prism(http_reply reply, const std::string& method) {
    if (reply.status == 501)
        reply.status = stands_for_501;
    if (method == "HEAD")
        std::erase_if(reply.headers, [](const auto& field) { return field.first == "content-type"; });
    return reply;
}

http_request request_in(std::string_view bytes) {
    const auto line = bytes.substr(0, bytes.find_first_of("\r\n"));
    const auto method = line.substr(0, line.find(' '));
    const auto rest = line.substr(std::min(method.size() + 1, line.size()));
    const auto target = rest.substr(0, rest.find(' '));
    const bool readable =
        std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!is_method(method) || !target.starts_with('/') || !readable)
        return {"GET", "/openapi.json"};
    http_request asked{std::string{method}, std::string{target}};
    if (method == "POST") {
        asked.headers = {{"Content-Type", "application/json"}};
        asked.body = "{}";
    }
    return asked;
}

}  // namespace end_to_end
