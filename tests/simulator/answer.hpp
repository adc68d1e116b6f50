#pragma once
// What a route wants to happen on the wire. Routes decide in plain code and return one of these; the
// connection performs it: waits, writes, dawdles, or cuts the line.

#include "latch.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simulator {

// A body that is not held in memory twice, or that must come out in an odd way.
struct body_stream {
    std::shared_ptr<const std::string> bytes;  // null: `length` spaces
    std::uint64_t first = 0;
    std::uint64_t length = 0;
    std::uint64_t bytes_per_second = 0;      // 0: as fast as it goes
    std::optional<std::uint64_t> cut_after;  // reset after so many bytes
    bool declare_length = true;              // false: the end of the connection ends the body
};

struct answer {
    enum class ending {
        send,
        hang,       // say nothing until the peer gives up
        reset,      // RST without a byte
        reset_mid,  // RST after half of the answer
    };

    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    ending how = ending::send;
    std::chrono::milliseconds delay{0};
    std::shared_ptr<latch> wait_for;    // begin only once this is open
    std::optional<body_stream> stream;  // instead of `body`
};

answer json_answer(unsigned status, const boost::json::object& body);

// The provider's error, current revision: { "type", "error" }.
answer error_answer(unsigned status, std::string_view type, std::string_view text);

// A page such as the hosting platform sends for addresses it does not know and for its own failures.
answer html_answer(unsigned status);

answer plain_ending(answer::ending how);

// `type` of reference/producer-api 6.2 for a status.
std::string_view usual_type(unsigned status) noexcept;
std::string_view usual_text(unsigned status) noexcept;

// The head of the message, and the body unless it is streamed: all that one write carries.
// `http_10`: the request's version; `keep_alive`: what the connection will do afterwards.
std::string wire_text(const answer& from, bool http_10, bool keep_alive, bool head_only);

}  // namespace simulator
