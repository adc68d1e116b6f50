#pragma once
// The gateway as an operator runs it: a configuration file, a keys file, the real program, its log and its
// exit code.

#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace end_to_end {

// The configuration that tests start from. Keys are dotted names, values are YAML.
class gateway_config {
public:
    gateway_config();

    gateway_config& set(const std::string& key, const std::string& value);
    gateway_config& erase(const std::string& key);
    std::string yaml() const;

private:
    std::map<std::vector<std::string>, std::string> values_;
};

// One entry of a keys file, made from the raw key.
struct client_key {
    std::string raw;
    std::string user;
    std::string organizations = "[org_abc123]";
    std::string further = {};  // more YAML members, each on a line of its own: "state: paused\n"
};

std::string keys_yaml(const std::vector<client_key>& keys);
std::string sha256_hex(const std::string& text);

// What the tests' configuration names, and nobody may ever see.
namespace secrets {
inline constexpr const char* signing_key = "first-signing-key-3b9f52";
inline constexpr const char* old_signing_key = "older-signing-key-77c0aa";
}  // namespace secrets

class gateway_process {
public:
    // Returns once it serves; throws std::runtime_error with its output when it does not.
    gateway_process(const std::filesystem::path& folder, const std::string& config_file,
                    const std::string& name = "gateway", const std::vector<std::string>& environment = {});
    ~gateway_process();
    gateway_process(const gateway_process&) = delete;
    gateway_process& operator=(const gateway_process&) = delete;

    const std::string& url() const noexcept { return url_; }
    const std::string& admin() const noexcept { return admin_; }
    child_process& process() noexcept { return child_; }
    std::string log() const { return child_.err(); }

private:
    child_process child_;
    std::string url_;
    std::string admin_;
};

// music-gateway with these arguments, to its end.
finished run_gateway(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& environment = {});

}  // namespace end_to_end
