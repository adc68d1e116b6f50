// Answers to the paid call. What may be sent again decides whether music is paid for twice: no body may talk
// the reader into that.
#include "adapters/producer/create_reader.hpp"
#include "adapters/producer/answer_body.hpp"
#include "tests/fuzz/answer_of.hpp"

namespace {

using fuzz::claim;
namespace create_answer = gateway::create_answer;

struct check {
    const gateway::http_client::http_answer& answer;

    void operator()(const create_answer::accepted& read) const {
        claim(answer.status >= 200 && answer.status < 300, "only a 2xx is an acceptance");
        claim(!read.task_id.empty() && read.task_id.size() <= 256, "a task has a name of bounded length");
        for (const char each : read.task_id)
            claim(each > 0x20 && each < 0x7F, "a task's name is printable");
    }
    void operator()(const create_answer::not_delivered&) const {
        claim(false, "what was answered was delivered");
    }
    void operator()(const create_answer::upstream_fault& read) const {
        claim(answer.status == 502 || says_502(), "only a 502 may be sent again");
        fuzz::claim_fit_for_users(read.reason);
    }
    void operator()(const create_answer::throttled& read) const {
        claim(answer.status < 500, "no failure of the server is a refusal for now");
        fuzz::claim_bounded(read.retry_after);
    }
    void operator()(const create_answer::unknown_outcome&) const {}
    void operator()(const create_answer::content_refused& read) const { refused(read.reason); }
    void operator()(const create_answer::invalid& read) const { refused(read.reason); }
    void operator()(const create_answer::out_of_credits& read) const { refused(read.reason); }
    void operator()(const create_answer::access_denied& read) const { refused(read.reason); }
    void operator()(const create_answer::retired& read) const { refused(read.reason); }

    // An error in a 2xx's clothes.
    bool says_502() const {
        const adapters::producer::answer_body body{answer.body};
        return answer.status >= 200 && answer.status < 300 && body.code() == 502;
    }

    void refused(const std::string& reason) const {
        claim(answer.status < 500, "no failure of the server is a refusal");
        fuzz::claim_fit_for_users(reason);
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto answer = fuzz::answer_of({data, size});
    std::visit(check{answer}, adapters::producer::read_create_answer(answer));
    return 0;
}
