#pragma once
// Reads the members of one JSON object strictly: a wrong type, a value out of range and a member nobody asked
// for each become a problem with its path, and everything else is still read. A member that is absent leaves
// the destination as it was, so reading over a copy of the default is how a rule inherits from it.

#include "behaviour.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simulator {

using problems = std::vector<std::string>;

// "a; b; c"
std::string joined(const problems& list);

template <class Enum>
using word = std::pair<std::string_view, Enum>;

class object_reader {
public:
    // `value` must outlive the reader. Not an object: one problem, and every member counts as absent.
    object_reader(const boost::json::value& value, std::string path, problems& found);

    void read(std::string_view key, bool& into);
    void read(std::string_view key, std::string& into);
    void read(std::string_view key, double& into);
    void read(std::string_view key, std::uint64_t& into);
    void read(std::string_view key, unsigned& into);
    void read(std::string_view key, milliseconds& into);

    // null takes an optional value away again.
    template <class T>
    void read(std::string_view key, std::optional<T>& into) {
        const auto* member = find(key);
        if (!member)
            return;
        if (member->is_null()) {
            into.reset();
            return;
        }
        T value{};
        const auto before = found_.size();
        read(key, value);
        if (found_.size() == before)
            into = std::move(value);
    }

    template <class Enum, std::size_t Count>
    void read_word(std::string_view key, Enum& into, const std::array<word<Enum>, Count>& words) {
        const auto* member = find(key);
        if (!member)
            return;
        const auto known = std::find_if(words.begin(), words.end(), [&](const auto& entry) {
            return member->is_string() && std::string_view{member->get_string()} == entry.first;
        });
        if (known != words.end()) {
            into = known->second;
            return;
        }
        std::string all;
        for (const auto& entry : words)
            all.append(all.empty() ? "" : ", ").append(entry.first);
        complain(key, "must be one of " + all);
    }

    // The member for the caller to read itself; null when absent.
    const boost::json::value* find(std::string_view key);
    std::string path_of(std::string_view key) const;
    void complain(std::string_view key, std::string_view what);

    // Call last: names the members that nobody asked for.
    void refuse_unknown();

private:
    const boost::json::object* object_ = nullptr;
    std::string path_;
    problems& found_;
    std::vector<std::string_view> asked_;
};

}  // namespace simulator
