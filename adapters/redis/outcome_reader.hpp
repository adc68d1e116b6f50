#pragma once
// What the scripts answered, as the port's values. Pure. An answer of another shape is store_unavailable: the
// store broke the protocol, or is another program's.

#include "adapters/redis/reply.hpp"
#include "gateway/domain/job_store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace adapters::redis {

// Jobs whose record can't be read. Their ids come from the store.
using on_broken = std::function<void(const std::string& id)>;

gateway::result<gateway::create_outcome> read_create(const reply& answer, const on_broken& report);
gateway::result<gateway::job> read_found(const reply& answer, const on_broken& report);
gateway::result<gateway::cancel_outcome> read_cancel(const reply& answer, const on_broken& report);
gateway::result<std::vector<gateway::job>> read_list(const reply& answer, const on_broken& report);
gateway::result<void> read_done(const reply& answer, const on_broken& report);
gateway::result<gateway::summons> read_summons(const reply& answer, const on_broken& report);
gateway::result<gateway::gates> read_gates(const reply& answer);

struct read_claim_outcome {
    gateway::claim_outcome outcome;
    std::vector<gateway::lease> unreadable;  // handed out, but only the scripts could read them: to be condemned
};
gateway::result<read_claim_outcome> read_claim(const reply& answer, const on_broken& report);

}  // namespace adapters::redis
