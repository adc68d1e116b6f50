#include "adapters/producer/credits_reader.hpp"

#include "adapters/producer/answer_body.hpp"
#include "adapters/producer/error_text.hpp"
#include "adapters/producer/text_cleaning.hpp"

namespace adapters::producer {

namespace {

namespace credits_answer = gateway::credits_answer;

const boost::json::value* member(const answer_body& body, std::string_view name) {
    if (const auto* found = body.find(name))
        return found;
    const auto* data = body.find("data");
    if (data == nullptr || !data->is_object())
        return nullptr;
    return data->get_object().if_contains(boost::json::string_view{name.data(), name.size()});
}

}  // namespace

credits_answer::any read_credits_answer(const http_answer& answer) {
    const answer_body body{answer.body};
    const int code = body.code().value_or(0);
    const bool good = answer.status >= 200 && answer.status < 300;
    const unsigned status = good && code >= 400 ? static_cast<unsigned>(code) : answer.status;
    const std::string reason = "HTTP " + std::to_string(status) + " " + cleaned(body.text());

    if (status == 401 || (status == 403 && !speaks_of_limits(body.text())))
        return credits_answer::access_denied{reason};
    if (status < 200 || status >= 300)
        return credits_answer::transient{reason};
    const auto monthly = number_in(member(body, "credits"));
    if (!monthly)
        return credits_answer::transient{"HTTP " + std::to_string(status) + " without credits"};
    return credits_answer::balance{*monthly + number_in(member(body, "extra_credits")).value_or(0)};
}

}  // namespace adapters::producer
