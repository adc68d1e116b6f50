#pragma once
// How upstream treats the orders of a run: a table of behaviours, each with the ends that a job may honestly
// come to. A prompt names its behaviour, so that the checker knows what to expect of it.

#include "tests/chaos/decisions.hpp"

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace chaos {

// How a job ended, as its client sees it.
enum class end_of_job {
    none,  // still queued or running
    succeeded,
    refused,
    cancelled,
    generation_failed,  // failed, because upstream said so
    outcome_unknown,    // failed with the honest message about a lost answer
    failed_otherwise,
};
std::string_view to_string(end_of_job end);

// The end that a status and its error message speak of.
end_of_job end_in_words(const std::string& status, const std::string& error_message);

struct upstream_kind {
    std::string_view name;       // stands in the prompt, in brackets
    int weight;                  // how often, compared with the others; 0: only where it is named alone
    std::string_view behaviour;  // of the simulator; JSON
    end_of_job ends;             // when nothing else goes wrong
    int every_nth = 1;           // the behaviour hits only so many of the creates; the others are fine
    bool sent_again = false;     // whether the gateway may send the create again after its answer
    bool made = false;           // its answer says nothing, but the task exists: a webhook can bring it home
};

// All there are; the first is the one where nothing goes wrong.
std::span<const upstream_kind> all_kinds();
const upstream_kind* kind_in(std::string_view prompt);  // nullptr when it names none

// Drawn by weight among the kinds named; among all when `names` is empty.
const upstream_kind& draw_kind(decisions& from, const std::set<std::string_view>& names);

// The simulator's script with a rule for every kind.
std::string script_of_all_kinds();

}  // namespace chaos
