// The configuration file: whatever it holds is read or refused with sentences; no secret leaves it; and what
// --print-config shows is a configuration again.
#include "config/load.hpp"
#include "config/print.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/held_files.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <array>

namespace {

using fuzz::claim;
using problems = std::vector<config::problem>;

const std::string path = "/etc/gateway/gateway.yaml";

// What a ${reference} may name. Each stands for another text, so that it can be told where a text came from.
constexpr const char* secret_file = "/run/secret";
constexpr std::array variables{"PRODUCER_API_KEY", "PLAYBACK_SIGNING_KEY", "SECRET"};

std::string secret_of(std::string_view name) {
    return fuzz::secret_text + std::string{name};
}

std::optional<std::string> variable(const std::string& name) {
    if (std::find(variables.begin(), variables.end(), name) == variables.end())
        return std::nullopt;
    return secret_of(name);
}

// An operator who writes the reference to a secret elsewhere as well, as an engine's model say, is shown it
// there.
bool written_once(std::string_view name, std::string_view text) {
    const auto first = text.find(name);
    return first != text.npos && text.find(name, first + 1) == text.npos;
}

void check_hidden(std::string_view name, std::string_view api_key, std::string_view shown,
                  std::string_view text) {
    claim(api_key.find(secret_of(name)) == api_key.npos || !written_once(name, text) ||
              shown.find(secret_of(name)) == shown.npos,
          "the effective configuration shows no secret");
}

auto loaded_from(std::string text, config::purpose what_for) {
    fuzz::held_files[path] = std::move(text);
    return config::load(path, variable, what_for);
}

void check_problems(const problems& found, std::string_view text) {
    claim(!found.empty(), "a refusal says why");
    for (const config::problem& each : found) {
        claim(!each.sentence.empty() && each.at.line >= 0 && each.at.column >= 0,
              "a problem is a sentence with a place");
        claim(text.find(fuzz::secret_text) != std::string_view::npos ||
                  config::describe(each).find(fuzz::secret_text) == std::string::npos,
              "no sentence holds what came through a reference");
    }
}

void check_settings(const config::settings& values, std::string_view text) {
    claim(!values.engines.empty(), "there is something to order from");
    const std::string shown = config::print_config(values);
    check_hidden(secret_file, values.producer.api_key, shown, text);
    for (const char* name : variables)
        check_hidden(name, values.producer.api_key, shown, text);
    const auto again = loaded_from(shown, config::purpose::show);
    const auto* read = std::get_if<config::loaded>(&again);
    claim(read != nullptr, "what --print-config shows is a configuration");
    claim(config::print_config(read->values) == shown, "and the same one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    fuzz::held_files["/etc/gateway/keys.yaml"] = "[]\n";
    fuzz::held_files[secret_file] = secret_of(secret_file) + "\n";
    fuzz::held_files["/run/two-lines"] = "one\ntwo: [\n";
    for (const auto what_for : {config::purpose::serve, config::purpose::show}) {
        const auto read = loaded_from(text, what_for);
        if (const auto* found = std::get_if<problems>(&read))
            check_problems(*found, text);
        else if (what_for == config::purpose::serve)
            check_settings(std::get<config::loaded>(read).values, text);
    }
    return 0;
}
