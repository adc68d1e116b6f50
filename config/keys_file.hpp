#pragma once
// The keys file: who may call. A YAML list with one mapping a key, which holds only the SHA-256 of the raw
// key:
//
//     - { sha256: <hex>, user: usr_1, organizations: [org_abc123], capabilities: [use_music_generation],
//         state: active, expires_at: null, requests_per_minute: 600 }
//
// Only sha256, user and organizations are required. ${references} work as in the configuration.

#include "config/problem.hpp"
#include "config/references.hpp"

#include "gateway/domain/api_key.hpp"

#include <string>
#include <vector>

namespace config {

struct keys_result {
    std::vector<gateway::api_key> keys;  // in the file's order, hashes unique; meaningless with problems
    std::vector<problem> problems;       // sorted by position
    bool missing = false;                // there is no such file; then that is the one problem
};

// At most 4 MiB. Never throws for what the file holds. A file without any text is a problem; `[]` is a list
// of no keys. `shown_as` is what problems call the file; empty: its path.
keys_result load_keys(const std::string& path, const environment& variables,
                      const std::string& shown_as = {});

// A sentence on how to make the file that sentences call `name`.
std::string describe_missing_keys_file(const std::string& name);

}  // namespace config
