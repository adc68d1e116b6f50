#pragma once
// What several keys have to be together, once each for itself is right.

#include "config/settings.hpp"
#include "config/table_reader.hpp"

namespace config {

// Reports to `reader`. A rule is left out when one of its keys is wrong already. purpose::show looks at no
// file.
void check_rules(const settings& all, table_reader& reader, purpose what_for);

}  // namespace config
