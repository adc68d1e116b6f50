#include "gateway/work/hearing.hpp"

#include "gateway/work/ends.hpp"
#include "gateway/work/job_log.hpp"

namespace gateway::work {

namespace asio = boost::asio;

namespace {

// The state of an ended job with what the event tells of its task.
job_state enlightened(const job_state& ended, const task_event& event) {
    job_state next = ended;
    if (next.task_id.empty())
        next.task_id = event.task_id;
    if (next.credits_are == credit_outcome::unknown)
        next.credits_are = event.credits_are.value_or(credit_outcome::charged);
    return next;
}

asio::awaitable<result<heard>> fill_in(const workplace& at, const job& ended, const task_event& event,
                                       deadline by) {
    const job_state known = enlightened(ended.state, event);
    if (known == ended.state)
        co_return heard::repeated;
    lease none;
    none.job_id = ended.id;
    auto saved = co_await at.store.save(none, ended.state, known, milliseconds{0}, at.policy->limits, by);
    if (!saved && !is(saved.error(), errc::job_ended))
        co_return saved.error();
    record_late_news(ended, known, at.counts);
    co_return heard::late;
}

asio::awaitable<result<heard>> heal(const workplace& at, summons called, const task_event& event,
                                    deadline by) {
    const engine* with = find_engine(at.policy->engines, called.value.request.engine);
    const milliseconds typical = with ? at.learned.typical(*with) : milliseconds{0};
    const verdict outcome = after_event(called.value, event, with, typical);
    auto saved = co_await at.store.save(*called.held, called.value.state, outcome.next, milliseconds{0},
                                        at.policy->limits, by);
    if (!saved)
        co_return saved.error();
    at.counts.unknown_outcome("healed");
    at.due_in(at_once);
    co_return heard::healed;
}

}  // namespace

asio::awaitable<result<heard>> hear(workplace at, task_event event, deadline by) {
    auto called = co_await at.store.summon(event, at.policy->limits, by);
    if (!called)
        co_return called.error();
    const job known = called->value;
    result<heard> outcome = heard::stale;
    switch (called->what) {
        case summons::kind::taken: outcome = co_await heal(at, std::move(*called), event, by); break;
        case summons::kind::ended: outcome = co_await fill_in(at, known, event, by); break;
        case summons::kind::look_now:
            outcome = heard::look_now;
            at.due_in(at_once);
            break;
        case summons::kind::repeated: outcome = heard::repeated; break;
        case summons::kind::other_task: outcome = heard::other_task; break;
        case summons::kind::stale: break;
    }
    if (!outcome)
        co_return outcome;
    log_job(*outcome == heard::other_task ? log::level::error : log::level::info, "task_event", known,
            event.task_id, {{"outcome", to_string(*outcome)}});
    co_return outcome;
}

}  // namespace gateway::work
