#pragma once
// The configuration written out: the effective one for --print-config, and the commented default.

#include "config/settings.hpp"

#include <string>

namespace config {

// Every key with its effective value, as YAML that load() reads for purpose::show. Secrets are `<hidden>`.
std::string print_config(const settings& effective);

// Every key with its default and its sentence: what config/gateway.yaml holds.
std::string default_config_text();

}  // namespace config
