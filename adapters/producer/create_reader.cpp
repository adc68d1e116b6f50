#include "adapters/producer/create_reader.hpp"

#include "adapters/producer/answer_body.hpp"
#include "adapters/producer/error_text.hpp"
#include "adapters/producer/retry_after.hpp"
#include "adapters/producer/text_cleaning.hpp"

#include <algorithm>

namespace adapters::producer {

namespace {

namespace create_answer = gateway::create_answer;

constexpr std::size_t longest_task_id = 256;

bool usable_task_id(std::string_view id) noexcept {
    return !id.empty() && id.size() <= longest_task_id &&
           std::all_of(id.begin(), id.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

// `task_id`, else `taskId`, else `data.task_id`; empty when there is none.
std::string_view task_id_in(const answer_body& body) noexcept {
    for (const std::string_view name : {"task_id", "taskId"}) {
        if (const auto id = text_in(body.find(name)); !id.empty())
            return id;
    }
    const auto* data = body.find("data");
    if (data == nullptr || !data->is_object())
        return {};
    return text_in(data->get_object().if_contains("task_id"));
}

std::string described(unsigned status, const std::string& text) {
    std::string out = "HTTP " + std::to_string(status);
    if (!text.empty())
        out += ": " + text;
    return out;
}

// A platform in front of the provider also answers 502, sometimes even in JSON, without knowing what became
// of the request. The provider's own has its text in `error` or `message` and no other machine code than
// these.
bool is_providers_own_502(const http_answer& answer, const answer_body& body) {
    if (!body.is_object())
        return false;
    if (!answer.content_type.empty() && !contains_word(answer.content_type, "json"))
        return false;
    const std::string type = body.word("type");
    if (!type.empty() && type != "upstream_error" && type != "api_error")
        return false;
    const bool has_text = !text_in(body.find("error")).empty() || !text_in(body.find("message")).empty();
    return type == "upstream_error" ||
           (has_text && (body.find("error") == nullptr || body.find("error")->is_string()));
}

create_answer::any read_accepted(const answer_body& body, unsigned status) {
    const auto id = task_id_in(body);
    if (usable_task_id(id))
        return create_answer::accepted{std::string{id}};
    return create_answer::unknown_outcome{
        described(status, id.empty() ? "no task_id" : "a task_id that cannot be used")};
}

// 400 and its kin, and 403: the words decide.
create_answer::any read_by_words(const http_answer& answer, const answer_body& body, unsigned status) {
    const std::string type = body.word("type");
    const std::string text = body.text();
    const std::string reason = described(status, cleaned(text));
    const auto wait = read_retry_after(answer.retry_after, answer.received_at);

    if (type == "insufficient_credits")
        return create_answer::out_of_credits{reason};
    if (type == "endpoint_retired")
        return create_answer::retired{reason};
    if (type == "rate_limited")
        return create_answer::throttled{wait};
    if (type == "unauthorized")
        return create_answer::access_denied{reason};
    if (status == 403 && speaks_of_credits(text))
        return create_answer::out_of_credits{reason};
    if (status == 403 && speaks_of_limits(text))
        return create_answer::throttled{wait};
    if (speaks_of_content(text))
        return create_answer::content_refused{cleaned(text)};
    if (status == 403)
        return create_answer::access_denied{reason};
    return create_answer::invalid{reason};
}

create_answer::any read_refusal(const http_answer& answer, const answer_body& body, unsigned status) {
    const std::string reason = described(status, cleaned(body.text()));
    switch (status) {
        case 400:
        case 403: return read_by_words(answer, body, status);
        case 401:
        case 407: return create_answer::access_denied{reason};
        case 402: return create_answer::out_of_credits{reason};
        case 404:
        case 405:
            // The create path is fixed, so whoever answers this is not the provider's API; nothing was
            // created.
            return create_answer::access_denied{reason + " (is producer.base_url right?)"};
        case 408:  // these leave open whether the request was, or still is, being worked on
        case 409:
        case 499: return create_answer::unknown_outcome{reason};
        case 410: return create_answer::retired{reason};
        case 429: return create_answer::throttled{read_retry_after(answer.retry_after, answer.received_at)};
        default: return read_by_words(answer, body, status);
    }
}

}  // namespace

create_answer::any read_create_answer(const http_answer& answer) {
    const answer_body body{answer.body};
    unsigned status = answer.status;
    if (status >= 200 && status < 300) {
        const int code = body.code().value_or(0);
        if (code < 400)
            return read_accepted(body, status);
        status = static_cast<unsigned>(code);  // an error in a 200's clothes
    }
    // An error that names a task contradicts itself; the task may be running, so nothing may be sent again.
    if (!task_id_in(body).empty())
        return create_answer::unknown_outcome{described(status, "an error that names a task")};
    if (status == 301 || status == 307 || status == 308)
        return create_answer::access_denied{described(status, "redirected (is producer.base_url right?)")};
    if (status >= 400 && status < 500)
        return read_refusal(answer, body, status);
    const std::string reason = described(status, cleaned(body.text()));
    if (status == 502 && is_providers_own_502(answer, body))
        return create_answer::upstream_fault{reason};
    return create_answer::unknown_outcome{reason};
}

}  // namespace adapters::producer
