#pragma once
// A task's life: it is accepted and charged, it ends by the clock or by control, a failure gives the credits
// back, and the end is announced by webhook.

#include "backend.hpp"

#include <memory>
#include <string>

namespace simulator {

// Charges the account and starts the task. The caller has checked that the balance affords it.
task& accept_task(backend& all, create_request asked, std::string body, std::string traceparent,
                  std::shared_ptr<const behaviour> does);

// Ends the task if its time has come, so that a poll sees the end even when it overtakes the timer.
void settle_task(backend& all, task& subject);

// Ends the task now. An ended task stays as it is. `message` empty: the one that belongs to the result.
void finish_task(backend& all, task& subject, task_result result, std::string message);

// Announces the task's end, whether it has come or not. `attempted`, when given, is opened after the first
// attempt, or at once when there is nothing to send. False when there is nothing to send.
bool announce_task(backend& all, const task& subject, const webhook_behaviour& how,
                   std::shared_ptr<latch> attempted = nullptr);

// A poll has shown the end: a late webhook may go.
void saw_the_end(backend& all, task& subject);

}  // namespace simulator
