#pragma once
// What the scripts answered, as the port's values. Pure. An answer of another shape is store_unavailable: the
// store broke the protocol, or is another program's.

#include "adapters/redis/reply.hpp"
#include "gateway/domain/job_store.hpp"
#include "gateway/domain/job_survey.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace adapters::redis {

// Jobs whose record can't be read. Their ids come from the store.
using on_broken = std::function<void(const std::string& id)>;

// The time of a TIME reply; nothing when it is none.
std::optional<gateway::store_time> time_of(const reply& answer);
// From the reply to GET: not_found when there is no record, invalid_request when it makes no sense or
// something else is in its place, store_unavailable when the server refused.
gateway::result<gateway::job> read_record(std::string id, const reply& answer, gateway::store_time as_of);

// Whether create found the claim taken.
bool is_taken(const reply& answer);

// `order` is what was asked for: the script answers only what that doesn't say.
gateway::result<gateway::create_outcome> read_create(const reply& answer, gateway::new_job order);
gateway::result<gateway::create_outcome> read_replay(const reply& answer, const on_broken& report);
gateway::result<gateway::job> read_found(const reply& answer, const on_broken& report);
gateway::result<gateway::cancel_outcome> read_cancel(const reply& answer, const on_broken& report);
gateway::result<std::vector<gateway::job>> read_list(const reply& answer, const on_broken& report);
gateway::result<void> read_done(const reply& answer, const on_broken& report);
gateway::result<gateway::summons> read_summons(const reply& answer, const on_broken& report);
gateway::result<gateway::gates> read_gates(const reply& answer);
gateway::result<gateway::end_counts> read_end_counts(const reply& answer);

gateway::result<gateway::store_overview> read_overview(const reply& answer);

struct read_claim_outcome {
    gateway::claim_outcome outcome;
    std::vector<gateway::lease>
        unreadable;  // handed out, but only the scripts could read them: to be condemned
};
gateway::result<read_claim_outcome> read_claim(const reply& answer, const on_broken& report);

}  // namespace adapters::redis
