#include "adapters/aitronos/query.hpp"

#include "gateway/runtime/digest.hpp"
#include "gateway/runtime/percent_coding.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::aitronos {

namespace {

std::optional<std::string> decoded(std::string_view text) {
    return gateway::percent_decoded(text, ' ');
}

}  // namespace

std::vector<query_parameter> parameters_of(std::string_view query) {
    std::vector<query_parameter> all;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const std::string_view one = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const auto equals = std::min(one.find('='), one.size());
        auto name = decoded(one.substr(0, equals));
        if (name && !name->empty())
            all.push_back({std::move(*name), decoded(one.substr(std::min(equals + 1, one.size())))});
    }
    return all;
}

named_value value_of(const std::vector<query_parameter>& parameters, std::string_view name) {
    named_value answer;
    for (const query_parameter& each : parameters) {
        if (each.name != name)
            continue;
        if (answer.is != named_value::state::absent || !each.value) {
            answer.is = named_value::state::unusable;
            answer.value.clear();
            return answer;
        }
        answer.is = named_value::state::present;
        answer.value = *each.value;
    }
    return answer;
}

std::optional<long long> decimal(std::string_view digits, long long most) {
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    long long number = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (problem != std::errc{} || number > most)
        return std::nullopt;
    return number;
}

}  // namespace adapters::aitronos
