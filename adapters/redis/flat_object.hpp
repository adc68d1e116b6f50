#pragma once
// A JSON object of the store's, member by member: building a tree of it costs three times as much, and each
// read of a job would build two.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::redis {

// The names have one or two letters, so a name is compared as a number. 0 for all others.
constexpr unsigned name_code(std::string_view name) {
    if (name.empty() || name.size() > 2)
        return 0;
    const auto letter = [&](std::size_t at) {
        return static_cast<unsigned>(static_cast<unsigned char>(name[at]));
    };
    return letter(0) | (name.size() == 2 ? letter(1) << 8 : 0);
}

// What an object may hold. Names and texts are valid during the call only. False ends the reading.
class flat_object_visitor {
public:
    virtual bool text(std::string_view name, std::string_view value) = 0;
    virtual bool number(std::string_view name, std::int64_t value) = 0;
    virtual bool flag(std::string_view name, bool value) = 0;
    virtual bool texts(std::string_view name, std::vector<std::string> values) = 0;

protected:
    ~flat_object_visitor() = default;
};

// Whether `json` is one object with nothing but such members, all of which were read. Bytes that are no UTF-8
// pass. Members before the first fault have been visited all the same.
bool read_flat_object(std::string_view json, flat_object_visitor& into);

}  // namespace adapters::redis
