#include "object_reader.hpp"

#include <cmath>
#include <limits>

namespace simulator {

namespace json = boost::json;

namespace {

// More than a year of milliseconds is a slip of the pen, and sums of such values stay far from overflow.
constexpr std::uint64_t longest_wait_ms = 366ULL * 24 * 3600 * 1000;

std::optional<std::uint64_t> whole_number(const json::value& value) {
    if (value.is_uint64())
        return value.get_uint64();
    if (value.is_int64() && value.get_int64() >= 0)
        return static_cast<std::uint64_t>(value.get_int64());
    return std::nullopt;
}

}  // namespace

std::string joined(const problems& list) {
    std::string text;
    for (const auto& entry : list)
        text.append(text.empty() ? "" : "; ").append(entry);
    return text;
}

object_reader::object_reader(const json::value& value, std::string path, problems& found)
    : object_{value.if_object()}, path_{std::move(path)}, found_{found} {
    if (!object_)
        found_.push_back((path_.empty() ? "the document" : path_) + ": must be an object");
}

const json::value* object_reader::find(std::string_view key) {
    asked_.push_back(key);
    return object_ ? object_->if_contains(key) : nullptr;
}

std::string object_reader::path_of(std::string_view key) const {
    return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

void object_reader::complain(std::string_view key, std::string_view what) {
    found_.push_back(path_of(key) + ": " + std::string{what});
}

void object_reader::read(std::string_view key, bool& into) {
    const auto* member = find(key);
    if (!member)
        return;
    if (member->is_bool())
        into = member->get_bool();
    else
        complain(key, "must be true or false");
}

void object_reader::read(std::string_view key, std::string& into) {
    const auto* member = find(key);
    if (!member)
        return;
    if (member->is_string())
        into.assign(member->get_string().data(), member->get_string().size());
    else
        complain(key, "must be a string");
}

void object_reader::read(std::string_view key, double& into) {
    const auto* member = find(key);
    if (!member)
        return;
    if (member->is_number() && member->to_number<double>() >= 0)
        into = member->to_number<double>();
    else
        complain(key, "must be a number, 0 or more");
}

void object_reader::read(std::string_view key, std::uint64_t& into) {
    const auto* member = find(key);
    if (!member)
        return;
    if (const auto number = whole_number(*member))
        into = *number;
    else
        complain(key, "must be a whole number, 0 or more");
}

void object_reader::read(std::string_view key, unsigned& into) {
    std::uint64_t wide = into;
    read(key, wide);
    if (wide > std::numeric_limits<unsigned>::max())
        complain(key, "is too large");
    else
        into = static_cast<unsigned>(wide);
}

void object_reader::read(std::string_view key, milliseconds& into) {
    std::uint64_t wide = static_cast<std::uint64_t>(into.count());
    read(key, wide);
    if (wide > longest_wait_ms)
        complain(key, "is longer than a year");
    else
        into = milliseconds{static_cast<milliseconds::rep>(wide)};
}

void object_reader::refuse_unknown() {
    if (!object_)
        return;
    for (const auto& member : *object_) {
        const std::string_view key{member.key()};
        if (std::find(asked_.begin(), asked_.end(), key) == asked_.end())
            complain(key, "is not a known member");
    }
}

}  // namespace simulator
