#pragma once
// A job as Redis keeps it: one text. Its first line is a JSON object of short names and texts, which changes;
// the rest is the request (request_codec), which never does. Fields with their default value are not stored;
// fields unknown to this program are left alone.

#include "adapters/redis/reply.hpp"
#include "gateway/domain/job.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adapters::redis {

struct encoded_state {
    std::vector<std::pair<std::string_view, std::string>> fields;  // to set
    std::vector<std::string_view> absent;                          // to delete
};
encoded_state encode_state(const gateway::job_state& state);

// What turns `before`, as stored, into `next`.
encoded_state encode_change(const gateway::job_state& before, const gateway::job_state& next);

// The letters that stand for them in keys, fields and the scripts' arguments.
std::string_view letter_of(gateway::job_status status);
std::string_view letter_of(gateway::submission step);             // "w" for waiting, which is not stored
std::string_view letter_of(gateway::credit_outcome credits_are);  // empty for none, which is not stored

// Nothing when any of the record can't be what we wrote; of a job that has ended whatever is legible, as long
// as that says whose it is.
std::optional<gateway::job> decode_job(std::string id, std::string_view record, gateway::store_time as_of);

}  // namespace adapters::redis
