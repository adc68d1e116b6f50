#pragma once
// What the head of the page shows: how many jobs stand where, credits, gates, engines. Pure.

#include "gateway/domain/engine.hpp"
#include "gateway/domain/gates.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/domain/job_survey.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gateway::console {

// What this process knows by itself.
struct operating_facts {
    std::string version;
    bool draining = false;
    bool upstream_answers = true;       // false: paid calls are held back, since nobody answers them
    std::vector<std::string> warnings;  // sentences, as in /readyz
};

struct balance_seen {
    double credits = 0;
    milliseconds age{0};
};

// The jobs created within this are counted by how they ended.
inline constexpr std::chrono::hours counted_span{1};

struct overview_parts {
    operating_facts facts;
    // Nothing: the store did not answer, for `store_trouble`.
    std::optional<store_overview> jobs;
    std::optional<end_counts> ends;
    std::string store_trouble;
    gates backend;
    std::optional<balance_seen> balance;
    std::span<const engine> engines;
    work_limits limits;
};

boost::json::object overview_of(const overview_parts& parts);

}  // namespace gateway::console
