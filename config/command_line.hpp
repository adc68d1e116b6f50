#pragma once
// What the user typed, as plain values. Nothing is read, written or done here.

#include "config/new_key.hpp"
#include "config/settings.hpp"

#include <string>
#include <variant>
#include <vector>

namespace config {

struct serve_command {
    std::string config;
};
struct check_command {
    std::string config;
};
struct print_config_command {
    std::string config;
};
struct new_key_command {
    new_key_order order;
};
// Ask a running gateway: exit 0 when it answers 200.
struct probe_command {
    address where;     // of this machine's making: never a name to look up, never a UNIX socket
    std::string path;  // with its query; begins with a slash
};
struct help_command {};
struct version_command {};
// For standard error; then the program ends with 2.
struct wrong_use {
    std::string message;
};

using command = std::variant<serve_command, check_command, print_config_command, new_key_command,
                             probe_command, help_command, version_command, wrong_use>;

// `arguments` without the program's name.
command parse_command_line(const std::vector<std::string>& arguments);

// The text for --help.
std::string help_text();

}  // namespace config
