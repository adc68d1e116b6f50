#pragma once
// The bodies' JSON is written with these.

#include "gateway/runtime/json_text.hpp"

namespace adapters::aitronos {

using gateway::json::append_bool;
using gateway::json::append_integer;
using gateway::json::append_number;
using gateway::json::append_string;
using gateway::json::is_utf8;

}  // namespace adapters::aitronos
