#include "lifecycle.hpp"

#include "task_answers.hpp"

namespace simulator {

namespace {

std::string usual_message(const task_behaviour& does, task_result result) {
    const std::string refund = does.refund ? ", credits returned" : ", credits not returned";
    switch (result) {
        case task_result::success: return "success";
        case task_result::timeout: return "generation timed out" + refund;
        case task_result::refused:
            return "the lyrics were rejected by moderation: inappropriate words or copyright" + refund;
        case task_result::failed:
        case task_result::never: break;
    }
    return "generation failed" + refund;
}

webhook_message message_for(const backend& all, const task& subject, webhook_mode mode) {
    if (subject.result == task_result::success)
        return announce_success(subject, mode, finished_clips(all, subject));
    return announce_failure(subject, mode, subject.result == task_result::timeout ? "timeout" : "failed");
}

}  // namespace

task& accept_task(backend& all, create_request asked, std::string body, std::string traceparent,
                  std::shared_ptr<const behaviour> does) {
    task fresh;
    fresh.body = std::move(body);
    fresh.asked = std::move(asked);
    fresh.traceparent = std::move(traceparent);
    fresh.paid = all.balance.take(price_of_create);
    fresh.created = steady::now();
    fresh.created_ms = unix_milliseconds();
    const auto& plan = does->task;
    fresh.result = plan.result;
    fresh.message = plan.message.empty() ? usual_message(plan, plan.result) : plan.message;
    const bool ends = plan.result != task_result::never;
    fresh.due = ends ? fresh.created + plan.pending + plan.running : steady::time_point::max();
    fresh.does = std::move(does);

    auto& accepted = all.tasks.add(std::move(fresh), accepted_clips(plan));
    ++all.counts.creates_accepted;
    ++all.counts.unfinished;
    all.counts.most_unfinished = std::max(all.counts.most_unfinished, all.counts.unfinished);
    if (ends)
        all.later.at(accepted.due, [&all, &accepted] { settle_task(all, accepted); });
    return accepted;
}

void settle_task(backend& all, task& subject) {
    if (!subject.finished && subject.due <= steady::now())
        finish_task(all, subject, subject.result, subject.message);
}

void finish_task(backend& all, task& subject, task_result result, std::string message) {
    if (subject.finished)
        return;
    subject.finished = true;
    subject.result = result;
    subject.message = message.empty() ? usual_message(subject.does->task, result) : std::move(message);
    subject.finished_at = steady::now();
    subject.finished_ms = unix_milliseconds();
    --all.counts.unfinished;
    if (result != task_result::success && subject.does->task.refund) {
        all.balance.give_back(subject.paid);
        subject.refunded = true;
    }
    const auto& hook = subject.does->webhook;
    if (hook.mode == webhook_mode::late)
        subject.webhook_awaits_poll = true;
    else if (hook.mode != webhook_mode::early)
        announce_task(all, subject, hook);
}

bool announce_task(backend& all, const task& subject, const webhook_behaviour& how,
                   std::shared_ptr<latch> attempted) {
    const bool nothing = how.mode == webhook_mode::none || subject.result == task_result::never ||
                         subject.asked.webhook_url.value_or("").empty();
    if (nothing) {
        if (attempted)
            attempted->open();
        return false;
    }
    webhook_delivery delivery{message_for(all, subject, how.mode), how.attempts, how.retry, 1,
                              std::move(attempted)};
    const unsigned copies = how.mode == webhook_mode::duplicate ? 2 : 1;
    for (unsigned copy = 0; copy < copies; ++copy) {
        if (how.delay.count() == 0)
            all.webhooks.send(delivery);
        else
            all.later.after(how.delay, [&all, delivery] { all.webhooks.send(delivery); });
    }
    return true;
}

void saw_the_end(backend& all, task& subject) {
    if (!subject.webhook_awaits_poll)
        return;
    subject.webhook_awaits_poll = false;
    announce_task(all, subject, subject.does->webhook);
}

}  // namespace simulator
