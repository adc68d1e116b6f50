#pragma once
// A query string taken apart.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::aitronos {

// One name=value, decoded. No value: the text has a broken percent-escape.
struct query_parameter {
    std::string name;
    std::optional<std::string> value;
};

// In the order they came. A parameter whose name has a broken escape is nobody's, and left out.
std::vector<query_parameter> parameters_of(std::string_view query);

// The value of the parameter that `name` names.
struct named_value {
    enum class state { absent, unusable, present };  // unusable: given more than once, or broken
    state is = state::absent;
    std::string value;
};
named_value value_of(const std::vector<query_parameter>& parameters, std::string_view name);

// The number that decimal digits, and nothing else, stand for; nothing above `most`.
std::optional<long long> decimal(std::string_view digits, long long most);

}  // namespace adapters::aitronos
