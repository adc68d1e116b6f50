#pragma once
// The configuration, read and checked: the way from a file to plain structs.

#include "config/problem.hpp"
#include "config/references.hpp"
#include "config/settings.hpp"
#include "config/table_reader.hpp"

#include "gateway/domain/api_key.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace config {

struct loaded {
    settings values;                     // paths absolute, references resolved
    std::vector<gateway::api_key> keys;  // of auth.keys_file; empty with auth.mode open
};

// Reads the file, what it refers to, and the keys file. Everything that is wrong is reported at once, sorted
// by position, the configuration file's problems first. Never throws for what a file holds; opens no
// connection and writes nothing. purpose::show leaves the keys file and the TLS files unread, so that
// --print-config works where they are not.
std::variant<loaded, std::vector<problem>> load(const std::string& path, const environment& variables,
                                                purpose what_for = purpose::serve);

// The keys whose change takes a restart: reloading keeps what `running` says about them. For a warning on
// SIGHUP.
std::vector<std::string> changes_that_need_a_restart(const settings& running, const settings& reloaded);

}  // namespace config
