// The configuration file: whatever it holds is read or refused with sentences; no secret leaves it; and what
// --print-config shows is a configuration again.
#include "config/load.hpp"
#include "config/print.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/held_files.hpp"
#include "tests/fuzz/input.hpp"

namespace {

using fuzz::claim;
using problems = std::vector<config::problem>;

const std::string path = "/etc/gateway/gateway.yaml";

std::optional<std::string> variable(const std::string& name) {
    if (name == "PRODUCER_API_KEY" || name == "PLAYBACK_SIGNING_KEY" || name == "SECRET")
        return fuzz::secret_text;
    return std::nullopt;
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
    claim(text.find(fuzz::secret_text) != std::string_view::npos ||
              shown.find(values.producer.api_key) == std::string::npos || values.producer.api_key.size() < 8,
          "the effective configuration shows no secret");
    const auto again = loaded_from(shown, config::purpose::show);
    const auto* read = std::get_if<config::loaded>(&again);
    claim(read != nullptr, "what --print-config shows is a configuration");
    claim(config::print_config(read->values) == shown, "and the same one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    fuzz::held_files["/etc/gateway/keys.yaml"] = "[]\n";
    fuzz::held_files["/run/secret"] = std::string{fuzz::secret_text} + "\n";
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
