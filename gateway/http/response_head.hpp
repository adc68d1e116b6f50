#pragma once
// The bytes of a response before its body.

#include "gateway/http/message.hpp"

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::http {

// The Date header's text, formatted once a second. One per thread.
class date_clock {
public:
    std::string_view now();

private:
    std::time_t second_ = -1;
    std::string text_;
};

enum class connection_header {
    none,        // HTTP/1.1 keeps alive without saying so
    keep_alive,  // for HTTP/1.0 that asked for it
    close,
};

struct head_facts {
    std::string_view request_id;
    std::string_view date;
    std::uint64_t length = 0;  // of the body, sent or (HEAD) not
    connection_header connection = connection_header::none;
};

// Whether an answer of that status has a body at all (RFC 9110 section 6.4.1).
constexpr bool has_body(unsigned status) {
    return status >= 200 && status != 204 && status != 304;
}

// Appends status line and headers of `answer`. Headers that belong to the transport are left out when a
// handler sets them, and no value of a handler can end its line.
void append_head(std::string& out, const response& answer, const head_facts& facts);

}  // namespace gateway::http
