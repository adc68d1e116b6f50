#pragma once
// A YAML file as a tree that remembers where everything stands. Built from the parser's events instead of its
// own nodes: those drop duplicate keys silently and follow aliases, which a hostile file multiplies without
// end.

#include "config/problem.hpp"

#include <optional>
#include <string>
#include <vector>

namespace config {

struct yaml_entry;

struct yaml_node {
    enum class shape { nothing, scalar, list, mapping };
    shape is = shape::nothing;
    position at;
    std::string text;     // scalar
    bool quoted = false;  // scalar: in quotes, or a block scalar
    std::vector<yaml_node> items;
    std::vector<yaml_entry> entries;  // keys unique
};

struct yaml_entry {
    std::string key;
    position at;
    yaml_node value;
};

// Problems (syntax, duplicate keys, aliases, tags, nesting, a second document, bytes that are no text) go to
// `problems`; what could be read is returned, nothing when the text is no YAML at all. Never throws for what
// the text holds.
std::optional<yaml_node> parse_yaml(const std::string& text, problem_list& problems);

// Whether the bytes can be a configuration at all: UTF-8 without control characters. Reports the first that
// is not.
bool check_characters(const std::string& text, problem_list& problems);

// "a text", "a list", ... for sentences.
const char* name_of(yaml_node::shape shape);

}  // namespace config
