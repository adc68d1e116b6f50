// GET /api/v1/producer/task/{task_id}
#include "lifecycle.hpp"
#include "lyrics_tasks.hpp"
#include "producer_routes.hpp"
#include "task_answers.hpp"

namespace simulator {

namespace {

constexpr std::uint64_t huge_answer = 256ULL << 20;

answer unknown_task() {
    return error_answer(404, usual_type(404), "task not found");
}

answer fault_answer(const poll_fault_entry& fault) {
    switch (fault.kind) {
        case poll_fault::json_404: return unknown_task();
        case poll_fault::html_404: return html_answer(404);
        case poll_fault::task_not_found_400: return error_answer(400, usual_type(400), "task not found");
        case poll_fault::unauthorized_401: return error_answer(401, usual_type(401), usual_text(401));
        case poll_fault::throttled_429: return error_answer(429, usual_type(429), usual_text(429));
        case poll_fault::error_500: return error_answer(500, usual_type(500), usual_text(500));
        case poll_fault::html_502: return html_answer(502);
        case poll_fault::json_timeout_504: return error_answer(504, usual_type(504), usual_text(504));
        case poll_fault::html_504: return html_answer(504);
        case poll_fault::hang: return plain_ending(answer::ending::hang);
        case poll_fault::cut: return plain_ending(answer::ending::reset);
        case poll_fault::not_json: {
            answer reply;
            reply.body = "{\"code\": 200, \"status\": \"RUNN";
            return reply;
        }
        case poll_fault::huge: {
            answer reply;
            reply.stream.emplace();
            reply.stream->length = huge_answer;
            return reply;
        }
    }
    return html_answer(500);
}

// Uses up one fault of the task's list; absent once the list is through.
std::optional<answer> next_fault(task& subject) {
    const auto& faults = subject.does->poll.faults;
    while (subject.fault < faults.size()) {
        const auto& fault = faults[subject.fault];
        if (subject.fault_uses < fault.times) {
            ++subject.fault_uses;
            auto reply = fault_answer(fault);
            if (fault.retry_after)
                reply.headers.emplace_back("Retry-After", *fault.retry_after);
            return reply;
        }
        ++subject.fault;
        subject.fault_uses = 0;
    }
    return std::nullopt;
}

bool lost(const task& subject) {
    const auto& after = subject.does->task.lost_after;
    return after && steady::now() >= subject.created + *after;
}

answer known_task_answer(backend& all, task& subject) {
    settle_task(all, subject);
    if (lost(subject))
        return unknown_task();
    if (auto fault = next_fault(subject))
        return std::move(*fault);
    auto reply = task_answer(all, subject);
    if (subject.finished)
        saw_the_end(all, subject);
    return reply;
}

}  // namespace

answer poll_answer_for(backend& all, const request& incoming, std::string_view task_id) {
    ++all.counts.polls;
    all.counts.poll_pace.count();
    auto* subject = all.tasks.find(task_id);
    auto* lyrics = subject ? nullptr : find_lyrics(all.lyrics, task_id);
    if (lyrics) {
        ++lyrics->polls;
    } else if (subject) {
        ++subject->polls;
        subject->last_poll_ms = unix_milliseconds();
        if (subject->polls == 1)
            subject->first_poll_ms = subject->last_poll_ms;
    } else {
        ++all.counts.polls_of_unknown_tasks;
    }
    if (auto refusal = gate_poll(all, incoming))
        return std::move(*refusal);
    if (lyrics)
        return lyrics_answer(*lyrics);
    if (!subject)
        return unknown_task();
    auto reply = known_task_answer(all, *subject);
    reply.delay = subject->does->poll.delay;
    return reply;
}

}  // namespace simulator
