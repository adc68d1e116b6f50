#pragma once
// The tables of keys. A key exists by standing here; everything else follows from its row.

#include "config/key.hpp"
#include "config/settings.hpp"

#include "gateway/domain/api_key.hpp"
#include "gateway/domain/engine.hpp"

#include <span>

namespace config {

// The configuration file, in the order of the commented default. `engines` is a list of engine_keys()
// mappings.
std::span<const key<settings>> setting_keys();

// One element of `engines`.
std::span<const key<gateway::engine>> engine_keys();

// One element of the keys file.
std::span<const key<gateway::api_key>> api_key_keys();

// The row with this name; a name that is not in the table is a bug.
const key<settings>& setting_key(std::string_view name);

}  // namespace config
