#pragma once
// A folder of its own for a test's configuration, keys and secrets, and an environment made of a map.

#include "config/load.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

class config_folder {
public:
    config_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "config_test.XXXXXX").string();
        if (!mkdtemp(pattern.data()))
            throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    ~config_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    config_folder(const config_folder&) = delete;
    config_folder& operator=(const config_folder&) = delete;

    std::string path(const std::string& name) const { return (path_ / name).string(); }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream{path_ / name, std::ios::binary} << text;
        return path(name);
    }

private:
    std::filesystem::path path_;
};

class ConfigFile : public testing::Test {
protected:
    ConfigFile() { folder.write("keys.yaml", "[]\n"); }

    config::environment environment() const {
        return [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional{found->second};
        };
    }

    auto load(const std::string& yaml, config::purpose what_for = config::purpose::serve) {
        return config::load(folder.write("gateway.yaml", yaml), environment(), what_for);
    }

    // The settings; fails the test and returns defaults when there are problems.
    config::settings settings_of(const std::string& yaml, config::purpose what_for = config::purpose::serve) {
        const auto result = load(yaml, what_for);
        for (const std::string& line : lines_of(result))
            ADD_FAILURE() << line;
        const auto* good = std::get_if<config::loaded>(&result);
        return good ? good->values : config::settings{};
    }

    // Each problem as "line:column: key: sentence", without the file's path. None: the configuration is good.
    std::vector<std::string> problems_of(const std::string& yaml) { return lines_of(load(yaml)); }

    std::vector<std::string> lines_of(
        const std::variant<config::loaded, std::vector<config::problem>>& result) const {
        std::vector<std::string> lines;
        if (const auto* problems = std::get_if<std::vector<config::problem>>(&result)) {
            for (const config::problem& each : *problems)
                lines.push_back(without_folder(describe(each)));
        }
        return lines;
    }

    std::string without_folder(std::string text) const {
        const std::string here = folder.path("");
        for (std::size_t at = text.find(here); at != text.npos; at = text.find(here))
            text.erase(at, here.size());
        const std::string file = "gateway.yaml:";
        return text.starts_with(file) ? text.substr(file.size()) : text;
    }

    config_folder folder;
    std::map<std::string, std::string> variables{{"PRODUCER_API_KEY", "sk-upstream-0123"}};
};
