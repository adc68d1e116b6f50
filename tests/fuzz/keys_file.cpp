// The keys file: who may call.
#include "config/keys_file.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/held_files.hpp"
#include "tests/fuzz/input.hpp"

#include <set>

namespace {

using fuzz::claim;

std::optional<std::string> variable(const std::string& name) {
    return name == "SECRET" ? std::optional<std::string>{fuzz::secret_text} : std::nullopt;
}

void check(const gateway::api_key& key) {
    claim(!key.user.empty() && !key.organizations.empty(), "a key is somebody's");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string path = "/etc/gateway/keys.yaml";
    const std::string text{reinterpret_cast<const char*>(data), size};
    fuzz::held_files[path] = text;
    const auto read = config::load_keys(path, variable);
    claim(!read.missing, "a file that is there is not missing");
    for (const config::problem& each : read.problems) {
        claim(!each.sentence.empty(), "a problem is a sentence");
        claim(text.find(fuzz::secret_text) != std::string::npos ||
                  config::describe(each).find(fuzz::secret_text) == std::string::npos,
              "no sentence holds what came through a reference");
    }
    if (!read.problems.empty())
        return 0;
    std::set<gateway::sha256_digest> hashes;
    for (const gateway::api_key& each : read.keys) {
        check(each);
        claim(hashes.insert(each.sha256).second, "a hash stands once");
    }
    return 0;
}
