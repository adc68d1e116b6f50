#include "tests/support/prism_dialect.hpp"

#include "tests/support/scratch_folder.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace end_to_end {

namespace json = boost::json;

namespace {

// As those beside it write where it is.
constexpr std::string_view served_document = "../../../adapters/aitronos/openapi.json#";
constexpr std::string_view hooks = "/hooks/producer/";

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

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Whether a {name} of the gateway's routes may stand for it.
bool is_a_name(std::string_view segment) {
    for (auto at = segment.find('%'); at != std::string_view::npos; at = segment.find('%', at + 1)) {
        const auto digits = segment.substr(at + 1, 2);
        if (digits.size() != 2 || !is_hex(digits) || digits == "00")
            return false;
    }
    return !segment.empty();
}

std::string as_a_name(std::string_view segment) {
    if (segment == "." || segment == "..")
        return std::string(segment.size(), '_');
    std::string name{segment};
    for (char& each : name)
        if (static_cast<unsigned char>(each) <= ' ' || static_cast<unsigned char>(each) >= 0x7F)
            each = '_';
    for (auto at = name.find('%'); at != std::string::npos; at = name.find('%', at + 1))
        if (at + 1 < name.size() && name[at + 1] >= '8')
            name.replace(at, 3, "___");
    return name;
}

bool is_same(std::string_view text, std::string_view in_lower_case) {
    return std::equal(text.begin(), text.end(), in_lower_case.begin(), in_lower_case.end(),
                      [](unsigned char one, char other) { return std::tolower(one) == other; });
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
    std::erase_if(what.headers, [](const auto& field) { return is_same(field.first, "expect"); });
    for (auto& [name, value] : what.headers)
        if (constexpr std::string_view scheme = "Bearer "; is_same(value.substr(0, scheme.size()), "bearer "))
            value.replace(0, scheme.size(), scheme);
    if (!what.target.starts_with('/'))
        return what;
    std::string shown;
    const auto end = std::min(what.target.find('?'), what.target.size());
    for (std::size_t from = 1; from <= end;) {
        const auto next = std::min(what.target.find('/', from), end);
        const auto segment = std::string_view{what.target}.substr(from, next - from);
        // Below the hooks it is the token that has to be right, not the path.
        if (!is_a_name(segment) && end > 1 && !what.target.starts_with(hooks)) {
            shown = "/-/no/route";
            break;
        }
        shown += '/' + as_a_name(segment);
        from = next + 1;
    }
    what.target.replace(0, end, shown);
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
    constexpr std::size_t most_for_node = 12 * 1024;  // which refuses headers of 16 KiB itself
    if (!is_method(method) || !target.starts_with('/') || !readable || target.size() > most_for_node)
        return {"GET", "/openapi.json"};
    http_request asked{std::string{method}, std::string{target}};
    if (method == "POST") {
        asked.headers = {{"Content-Type", "application/json"}};
        asked.body = "{}";
    }
    return asked;
}

}  // namespace end_to_end
