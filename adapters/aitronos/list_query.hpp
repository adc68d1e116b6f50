#pragma once
// The query of the list of generations (reference/aitronos-api 2.4, 3.3).

#include "gateway/domain/job_store.hpp"
#include "gateway/service/refusal.hpp"

#include <string_view>

namespace adapters::aitronos {

// Defaults where nothing is given. invalid_request with the first bad one of status, limit and offset:
// unknown, out of range, no number, given twice. Other parameters are ignored.
gateway::service::outcome<gateway::job_filter> read_list_query(std::string_view query);

}  // namespace adapters::aitronos
