#pragma once
// Takes the place of config/text_file's reading: the only files there are. So no input reads anything of the
// machine it runs on, or waits for a terminal.

#include <map>
#include <string>

namespace fuzz {

// By absolute path; all others don't exist.
inline std::map<std::string, std::string> held_files;

inline constexpr const char* secret_text = "Zq9SecretZq9";

}  // namespace fuzz
