// Addresses we dial, and where redirects lead. What is read must be what goes on the wire, and nothing may
// change the server on the way.
#include "gateway/http_client/url.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

namespace {

using namespace gateway::http_client;
using fuzz::claim;

void check(const url& read) {
    claim(!read.host.empty() && read.port != 0, "an address names a server");
    claim(read.host.find_first_of("/@ ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos,
          "a host is one, in lower case");
    claim(read.target.starts_with('/'), "a target begins with a slash");
    for (const char each : read.host + read.target)
        claim(static_cast<unsigned char>(each) > 0x20 && static_cast<unsigned char>(each) < 0x7F,
              "nothing breaks out of the request line");
    claim(read.target.find('#') == std::string::npos, "a fragment is not sent");
    const auto again = parse_url((read.tls ? "https://" : "http://") + host_field(read) + read.target);
    claim(again && *again == read, "an address written out reads the same");
}

}  // namespace

// An address, and on the next line where a redirect from it leads.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const std::string_view text = in.line();
    const auto read = parse_url(text);
    if (read)
        check(*read);
    if (const auto base = parse_base_url(text)) {
        claim(read.has_value() && base->host == read->host && base->port == read->port &&
                  base->tls == read->tls,
              "a base is an address");
        claim(!base->target.ends_with('/') && base->target.find('?') == std::string::npos,
              "and a prefix of paths");
    }
    const url from = read ? *read : url{true, "origin.example", 443, "/a/b?c"};
    if (const auto led = follow(from, in.rest()))
        check(*led);

    const std::string segment = escaped_segment(text);
    claim(segment.find_first_of("/?# ") == std::string::npos && segment != "." && segment != "..",
          "a segment stays one");
    return 0;
}
