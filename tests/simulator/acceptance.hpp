#pragma once
// How a call that starts a task is answered, whatever the task is for.

#include "answer.hpp"
#include "behaviour.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace simulator {

// Whether the task exists and is charged, whatever the answer says.
bool accepts(const create_behaviour& plan);

// `further`: members that an answer of success has besides.
answer acceptance(const create_behaviour& plan, const std::string& task_id,
                  const boost::json::object& further = {});

}  // namespace simulator
