// Answers to a look at a task.
#include "adapters/producer/task_reader.hpp"
#include "adapters/producer/credits_reader.hpp"
#include "tests/fuzz/answer_of.hpp"

#include <cmath>

namespace {

using fuzz::claim;
namespace task_answer = gateway::task_answer;

struct check {
    unsigned status;

    void operator()(const task_answer::pending&) const {}
    void operator()(const task_answer::ready_without_audio&) const {}
    void operator()(const task_answer::lost&) const {}
    void operator()(const task_answer::succeeded& answer) const {
        claim(!answer.clips.empty() && answer.clips.size() <= 32, "a success has clips, and not too many");
        claim(status != 202 && status != 401 && status != 429, "these say that nothing is there yet");
        for (const gateway::clip& each : answer.clips) {
            claim(!each.audio_url.empty() && each.audio_url.size() <= 4096, "a clip has an address");
            claim(each.audio_url.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos,
                  "an address is one line");
            if (each.duration_seconds)
                claim(std::isfinite(*each.duration_seconds) && *each.duration_seconds > 0, "a length is one");
            claim(each.seed.size() <= 20 && each.clip_id.size() <= 256, "names are of bounded length");
        }
    }
    void operator()(const task_answer::failed&) const {}
    void operator()(const task_answer::refused& answer) const { fuzz::claim_fit_for_users(answer.reason); }
    void operator()(const task_answer::transient& answer) const { fuzz::claim_bounded(answer.retry_after); }
    void operator()(const task_answer::throttled& answer) const { fuzz::claim_bounded(answer.retry_after); }
    void operator()(const task_answer::access_denied& answer) const {
        fuzz::claim_fit_for_users(answer.reason);
    }
    void operator()(const task_answer::misconfigured&) const {}
    void operator()(const task_answer::retired& answer) const { fuzz::claim_fit_for_users(answer.reason); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto answer = fuzz::answer_of({data, size});
    std::visit(check{answer.status}, adapters::producer::read_task_answer(answer));
    const auto credits = adapters::producer::read_credits_answer(answer);
    if (const auto* balance = std::get_if<gateway::credits_answer::balance>(&credits))
        claim(std::isfinite(balance->credits), "a balance is a number");
    return 0;
}
