#pragma once
// What GET /_control/state and /_control/tasks say. Built from scratch when somebody asks, so that counting
// costs the API itself next to nothing.

#include "backend.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace simulator {

// Percent-decoded; absent when the query has no such name.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

boost::json::object state_report(const backend& all, bool with_tasks);

// Filters of `query`: sound_contains, lyrics_contains, title_contains, title, state. All must hold.
boost::json::array task_report(const backend& all, std::string_view query);

}  // namespace simulator
