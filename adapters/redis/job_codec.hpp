#pragma once
// A job as Redis keeps it: short fields in a hash small enough to stay a listpack, long texts and the request
// (request_codec) as JSON beside it. Fields with their default value are not stored; fields unknown to this
// program are left alone.

#include "adapters/redis/reply.hpp"
#include "gateway/domain/job.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adapters::redis {

// A listpack holds values up to this long (hash-max-listpack-value); longer ones go beside the hash.
inline constexpr std::size_t longest_field = 64;

struct encoded_state {
    std::vector<std::pair<std::string_view, std::string>> fields;  // to set
    std::vector<std::string_view> absent;                          // to delete
    std::string long_texts;                                        // JSON; empty when there are none
};
encoded_state encode_state(const gateway::job_state& state);

// What turns `before`, as stored, into `next`.
struct encoded_change : encoded_state {
    bool long_texts_change = false;
};
encoded_change encode_change(const gateway::job_state& before, const gateway::job_state& next);

// The letters that stand for them in keys, fields and the scripts' arguments.
std::string_view letter_of(gateway::job_status status);
std::string_view letter_of(gateway::submission step);             // "w" for waiting, which is not stored
std::string_view letter_of(gateway::credit_outcome credits_are);  // empty for none, which is not stored

// Reads {id, {field, value, ...}, request, long texts or nil}. Nothing when any of it can't be what we wrote;
// of a job that has ended whatever is legible, as long as that says whose it is.
std::optional<gateway::job> decode_job(const reply& copy, gateway::store_time as_of);

}  // namespace adapters::redis
