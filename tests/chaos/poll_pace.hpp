#pragma once
// Whether upstream was polled as the schedule allows: by what the simulator has counted.

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace chaos {

struct poll_terms {
    std::chrono::milliseconds first{0};   // the earliest first look after the create
    std::chrono::milliseconds every{0};   // the shortest wait between two looks, before jitter
    std::chrono::milliseconds latest{0};  // from a task's end until it was looked at for the last time
    std::uint64_t budget = 0;             // polls a second, over all replicas
};

struct poll_findings {
    std::vector<std::string> differences;
    std::uint64_t polls = 0;
    std::uint64_t busiest_second = 0;
    std::chrono::milliseconds slowest{0};  // to notice that a task has ended
};

poll_findings check_polls(const boost::json::object& simulator_state, const poll_terms& terms);

}  // namespace chaos
