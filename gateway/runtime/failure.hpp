#pragma once
// What an exception that ended a task says, and the log line it is worth.

#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace gateway {

std::string text_of(const std::exception_ptr& failure);

// Logs a task's exception as `event` (static storage), for task_group. A cancelled task is no failure and
// says nothing.
std::function<void(std::exception_ptr)> log_failure_as(std::string_view event);

}  // namespace gateway
