#pragma once
// What was asked for, as the JSON text that ends a job's record.

#include "gateway/domain/job.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace adapters::redis {

std::string encode_request(const gateway::generation_request& request);
// Nothing when it can't be what we wrote. Texts come back as they were, bytes that are no UTF-8 included.
std::optional<gateway::generation_request> decode_request(std::string_view text);

}  // namespace adapters::redis
