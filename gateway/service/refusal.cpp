#include "gateway/service/refusal.hpp"

#include <stdexcept>

namespace gateway::service {

namespace {

// Short: SDKs that retry by themselves wait at most 30 s (reference/aitronos-api 6.1).
constexpr std::chrono::seconds store_retry{2};

}  // namespace

void throw_exception_from_error(const refusal& unchecked, const boost::source_location& where) {
    throw std::logic_error("unchecked refusal at " + where.to_string() + ": " + unchecked.explanation);
}

refusal refused(errc code, std::string explanation) {
    refusal answer;
    answer.code = code;
    answer.explanation = std::move(explanation);
    return answer;
}

refusal bad_field(std::string field, std::string explanation) {
    refusal answer = refused(errc::invalid_request, std::move(explanation));
    answer.field = std::move(field);
    return answer;
}

refusal nothing_found(std::string id_name, std::string id) {
    refusal answer = refused(errc::not_found, id_name + " is unknown or not accessible");
    answer.ids.emplace_back(std::move(id_name), std::move(id));
    return answer;
}

refusal from_port(const boost::system::error_code& failure) {
    if (is(failure, errc::store_unavailable) || is(failure, errc::deadline_exceeded)) {
        refusal answer = refused(errc::store_unavailable, "the job store did not answer");
        answer.retry_after = store_retry;
        return answer;
    }
    return refused(errc::internal, failure.message());
}

}  // namespace gateway::service
