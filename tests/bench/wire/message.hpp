#pragma once
// Finds whole HTTP/1.1 messages in bytes that arrived. The bench's programs speak it by hand: what they cost
// is taken from the same two cores as the gateway, so they do no more than the measurement needs. Pure.

#include <cstddef>
#include <optional>
#include <string_view>

namespace bench::wire {

// Points into the bytes it was found in.
struct message {
    std::string_view head;  // up to and with the empty line
    std::size_t body = 0;   // its length, as Content-Length says; 0 without one
    bool closes = false;    // Connection: close
    bool chunked = false;   // a body of unknown length, which nothing here reads

    std::size_t size() const noexcept { return head.size() + body; }
};

// The head at the start of the bytes; nothing when it has not arrived in whole. The body may still be on its
// way.
std::optional<message> find_message(std::string_view bytes);

// The value of a header, without blanks around it; empty when there is none. The name is given in small
// letters.
std::string_view header(std::string_view head, std::string_view name);

// Of a response; 0 for what is none.
int status_of(std::string_view head);

}  // namespace bench::wire
