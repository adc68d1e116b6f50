#pragma once
// From the JSON of a behaviour (README.md, "Script") to its values.

#include "behaviour.hpp"
#include "object_reader.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace simulator {

// Reads over `base`: members that are absent keep its values. Complaints go to `found`, with `path` in front.
behaviour read_behaviour(const boost::json::value& from, behaviour base, std::string path, problems& found);

webhook_behaviour read_webhook(const boost::json::value& from, webhook_behaviour base, std::string path,
                               problems& found);

void read_result(object_reader& from, std::string_view key, task_result& into);

std::string_view name_of(create_answer answer) noexcept;
std::string_view name_of(task_result result) noexcept;
std::string_view name_of(webhook_mode mode) noexcept;

}  // namespace simulator
