#include "tests/bench/wire/message.hpp"

#include <algorithm>
#include <charconv>

namespace bench::wire {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view written, std::string_view name) {
    return written.size() == name.size() && std::equal(written.begin(), written.end(), name.begin(),
                                                       [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

// Calls `see(name, value)` for each header.
template <class Function>
void for_each_header(std::string_view head, Function see) {
    std::size_t at = head.find(line_end);
    while (at != head.npos && at + 4 < head.size()) {
        at += line_end.size();
        const std::size_t end = head.find(line_end, at);
        const std::string_view line = head.substr(at, end - at);
        const std::size_t colon = line.find(':');
        if (colon != line.npos)
            see(line.substr(0, colon), trimmed(line.substr(colon + 1)));
        at = end;
    }
}

}  // namespace

std::optional<message> find_message(std::string_view bytes) {
    const std::size_t end = bytes.find(head_end);
    if (end == bytes.npos)
        return std::nullopt;
    message found;
    found.head = bytes.substr(0, end + head_end.size());
    for_each_header(found.head, [&](std::string_view name, std::string_view value) {
        if (name.size() == 14 && same_name(name, "content-length"))
            std::from_chars(value.data(), value.data() + value.size(), found.body);
        else if (name.size() == 10 && same_name(name, "connection"))
            found.closes = same_name(value, "close");
        else if (name.size() == 17 && same_name(name, "transfer-encoding"))
            found.chunked = true;
    });
    return found;
}

std::string_view header(std::string_view head, std::string_view wanted) {
    std::string_view found;
    for_each_header(head, [&](std::string_view name, std::string_view value) {
        if (same_name(name, wanted))
            found = value;
    });
    return found;
}

int status_of(std::string_view head) {
    constexpr std::size_t at = 9;  // behind "HTTP/1.1 "
    int status = 0;
    if (head.size() > at + 3 && head.starts_with("HTTP/1."))
        std::from_chars(head.data() + at, head.data() + at + 3, status);
    return status;
}

}  // namespace bench::wire
