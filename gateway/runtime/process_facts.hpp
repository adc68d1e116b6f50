#pragma once
// What every process tells Prometheus of itself, under the names that all client libraries share.

#include "gateway/runtime/metrics.hpp"

#include <vector>

namespace gateway {

// process_cpu_seconds_total, process_resident_memory_bytes and so on, as /proc has them now. What can't be
// read is left out. Takes some tens of microseconds.
std::vector<reading> process_facts();

}  // namespace gateway
