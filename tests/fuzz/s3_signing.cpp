// Signatures of requests to object stores, over whatever keys and queries may hold.
#include "adapters/s3/signing.hpp"
#include "gateway/runtime/digest.hpp"
#include "gateway/runtime/percent_coding.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>

namespace {

using namespace adapters::s3;
using fuzz::claim;

constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'790'000'000}};

void check_encoding(std::string_view text) {
    for (const bool keep_slashes : {false, true}) {
        const std::string encoded = percent_encoded(text, keep_slashes);
        claim(encoded.find_first_of(" ?#&=+\r\n") == std::string::npos, "nothing breaks out of its place");
        claim(gateway::percent_decoded(encoded) == text, "what is encoded decodes to what it was");
    }
}

bool is_hexadecimal(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    check_encoding(in.rest());
    request_parts request;
    request.method = "GET";
    request.path = percent_encoded("/" + in.text(), true);
    request.headers = {{"host", "s3.example"}};
    request.payload_hash = empty_payload;
    for (std::uint64_t count = in.number_up_to(4); count > 0; --count) {
        std::string name = in.text();
        request.query.emplace_back(std::move(name), in.text());
    }
    signer keys{{"AKIDEXAMPLE", "a+very/secret=key", in.flag() ? "a+session/token" : ""}, "eu-central-1"};

    const std::string query = query_text(request.query);
    auto reversed = request.query;
    std::reverse(reversed.begin(), reversed.end());
    std::stable_sort(reversed.begin(), reversed.end());
    claim(query_text(reversed) == query, "the order in which a query is put together does not matter");

    const std::string presigned = keys.presigned_query(request, now, std::chrono::seconds{600});
    const auto signature = presigned.rfind("X-Amz-Signature=");
    claim(
        signature != std::string::npos && is_hexadecimal(std::string_view{presigned}.substr(signature + 16)),
        "an address ends in its signature");
    claim(presigned.find(' ') == std::string::npos && presigned.find('\n') == std::string::npos,
          "an address is one word");

    request_parts copy = request;
    const std::string authorization = keys.authorize(request, now);
    claim(authorization.find(keys.keys().secret_access_key) == std::string::npos, "no secret is sent");
    claim(authorization.find('\n') == std::string::npos, "a header is one line");
    claim(keys.authorize(copy, now) == authorization, "the same request has the same signature");
    return 0;
}
