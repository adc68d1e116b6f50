#pragma once
// What was asked for, as the JSON text that stands beside a job's hash.

#include "gateway/domain/job.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace adapters::redis {

std::string encode_request(const gateway::generation_request& request);
// Nothing when it can't be what we wrote.
std::optional<gateway::generation_request> decode_request(std::string_view text);

// Texts were checked at the door or come from upstream as they are: bytes that are no UTF-8 must come back
// all the same.
std::optional<boost::json::object> parse_object(std::string_view text, boost::json::storage_ptr memory = {});

}  // namespace adapters::redis
