// Bytes of a connection. Read whole and read in pieces they must give the same requests, the same refusal,
// and leave the same bytes for whoever comes next: else two parties disagree on where a request ends.
#include "gateway/http/request_reader.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

#include <vector>

namespace {

using namespace gateway::http;
using fuzz::claim;
using state = request_reader::state;

struct outcome {
    state ended;
    refusal_kind refusal;
    request read;
    request_reader::expectation expected;
    bool keeps_alive = false;
    std::size_t used = 0;
};

bool ends(state now) {
    return now != state::header && now != state::body;
}

// Feeds as a connection does: what was not used comes again with more.
template <class NextSize>
outcome read_one(const server_settings& limits, std::string_view bytes, NextSize next_size) {
    request_reader reader{limits};
    outcome got{};
    std::string pending;
    while (!ends(reader.now())) {
        const state before = reader.now();
        const std::size_t taken = pending.empty() ? 0 : reader.feed(pending);
        claim(taken <= pending.size(), "a reader is done with no more than it was given");
        pending.erase(0, taken);
        got.used += taken;
        if (reader.now() != before)
            continue;
        if (bytes.empty())
            break;
        const std::size_t count = std::min(next_size(), bytes.size());
        pending += bytes.substr(0, count);
        bytes.remove_prefix(count);
    }
    got.ended = reader.now();
    got.refusal = reader.refusal();
    got.expected = reader.expected();
    got.keeps_alive = got.ended == state::complete && reader.keeps_alive();
    got.read = reader.take();
    return got;
}

bool is_plain(std::string_view text) {
    return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

void check_request(const request& read, const server_settings& limits) {
    claim(!read.path.empty() && (read.path.front() == '/' || read.path == "*"), "a path begins with a slash");
    claim(is_plain(read.path) && is_plain(read.query) && is_plain(read.method_name),
          "a request line is one line");
    claim(read.path.find(' ') == std::string::npos && read.path.find('?') == std::string::npos,
          "a path is one");
    claim(read.body.size() <= limits.body_bytes, "a body is within its limit");
    claim(read.headers.size() <= limits.header_fields, "fields are within their limit");
    std::size_t bytes = read.path.size() + read.query.size();
    std::size_t keys = 0;
    std::size_t framing = 0;
    for (const auto& [name, value] : read.headers) {
        bytes += name.size() + value.size();
        claim(!name.empty() && is_plain(name) && is_plain(value), "a field is one line");
        claim(name.find_first_of(" :ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos,
              "names are lower-case tokens");
        keys += name == "x-api-key";
        framing += name == "content-length" || name == "transfer-encoding";
    }
    claim(bytes <= limits.header_bytes, "a head is within its limit");
    claim(keys <= 1 && framing <= 1, "what decides who asks, and where a request ends, stands once");
}

// Another version is 505, but 400 when the bytes are cut between it and the end of its line. Both end the
// connection.
bool is_refused_for_its_version(const outcome& whole, const outcome& cut) {
    const auto is = [](refusal_kind one, refusal_kind other) {
        return one == refusal_kind::unsupported_version && other == refusal_kind::malformed_request;
    };
    return is(whole.refusal, cut.refusal) || is(cut.refusal, whole.refusal);
}

bool is_too_long(const outcome& refused) {
    return refused.refusal == refusal_kind::headers_too_large ||
           refused.refusal == refusal_kind::target_too_long;
}

// What is refused may be refused before all of its head is there, or once it is; and a head that is wrong and
// too long for the one reason or for the other.
bool is_refused_either_way(std::string_view bytes, const server_settings& limits, const outcome& whole,
                           const outcome& cut) {
    const auto end = bytes.find("\r\n\r\n", std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
    if (whole.ended == state::refused && cut.ended == state::refused)
        return is_refused_for_its_version(whole, cut) ||
               ((end == std::string_view::npos || end + 4 > limits.header_bytes) &&
                is_too_long(whole) != is_too_long(cut));
    return end == std::string_view::npos && (whole.ended == state::refused || cut.ended == state::refused) &&
           (whole.ended == state::header || cut.ended == state::header);
}

void compare(std::string_view bytes, const server_settings& limits, const outcome& whole,
             const outcome& cut) {
    if (is_refused_either_way(bytes, limits, whole, cut))
        return;
    claim(whole.ended == cut.ended, "cuts don't change how a request ends");
    if (whole.ended == state::refused)
        return claim(whole.refusal == cut.refusal, "cuts don't change a refusal");
    if (whole.ended == state::header)
        return;
    claim(whole.read.method_name == cut.read.method_name && whole.read.path == cut.read.path &&
              whole.read.query == cut.read.query && whole.read.headers == cut.read.headers,
          "cuts don't change a head");
    claim(whole.expected == cut.expected, "cuts don't change what is expected");
    if (whole.ended != state::complete)
        return;
    claim(whole.read.body == cut.read.body, "cuts don't change a body");
    claim(whole.used == cut.used && whole.keeps_alive == cut.keeps_alive,
          "cuts don't change where a request ends");
}

server_settings limits_of(unsigned char choice) {
    server_settings limits;
    if (choice % 2 == 0)
        return limits;
    limits.header_bytes = 256;
    limits.header_fields = 5;
    limits.body_bytes = 24;
    return limits;
}

}  // namespace

// The first byte chooses limits and cuts; what follows came over the connection.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const unsigned char choice = in.byte();
    const server_settings limits = limits_of(choice);
    std::string_view bytes = in.rest();
    fuzz::cuts sizes{choice};
    for (int requests = 0; requests < 8 && !bytes.empty(); ++requests) {
        const outcome whole = read_one(limits, bytes, [&] { return bytes.size(); });
        const outcome cut = read_one(limits, bytes, [&] { return sizes.next(); });
        compare(bytes, limits, whole, cut);
        if (whole.ended == state::complete || whole.ended == state::too_large)
            check_request(whole.read, limits);
        if (whole.ended != state::complete)
            break;
        claim(whole.used > 0, "a request takes bytes");
        bytes.remove_prefix(whole.used);
    }
    return 0;
}
