#pragma once
// AWS Signature Version 4: proof that a request, or an address to be opened later, comes from who holds the
// secret key. Pure; the moment is an argument. Checked against the examples that AWS publishes.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adapters::s3 {

struct credentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;  // of temporary credentials; else empty

    // Whether any of the three stands in `text`, which then must not be shown.
    bool stand_in(std::string_view text) const noexcept;
};

using name_values = std::vector<std::pair<std::string, std::string>>;

// What is signed of a request.
struct request_parts {
    std::string method;
    std::string path;          // percent-encoded, from the slash on
    name_values query;         // not encoded
    name_values headers;       // names in lower case; all of these are signed: `host` must be there
    std::string payload_hash;  // SHA-256 in hexadecimal, or unsigned_payload
};

inline constexpr std::string_view unsigned_payload{"UNSIGNED-PAYLOAD"};
// Of no bytes.
inline constexpr std::string_view empty_payload{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};

// Everything but unreserved characters as %XX; a path keeps its slashes.
std::string percent_encoded(std::string_view text, bool keep_slashes = false);

// As it goes on the request line, which is also as it is signed: sorted, "name=value" joined by '&'.
std::string query_text(const name_values& query);

std::string canonical_request(const request_parts& of);

// "20130524T000000Z"
std::string stamp_of(std::chrono::sys_seconds moment);

// For one thread: it remembers the key of the day.
class signer {
public:
    signer(credentials keys, std::string region, std::string service = "s3");

    // Adds x-amz-date, x-amz-content-sha256 (for S3) and, with a session token, x-amz-security-token to the
    // headers, and answers the value of Authorization for them all.
    std::string authorize(request_parts& request, std::chrono::sys_seconds now);

    // The whole query of an address that works for `ttl` from `now` (1 second to 7 days), whoever opens it.
    std::string presigned_query(request_parts request, std::chrono::sys_seconds now,
                                std::chrono::seconds ttl);

    const credentials& keys() const noexcept { return keys_; }

private:
    std::string scope_of(std::string_view day) const;
    std::string signature(const request_parts& request, const std::string& stamp);
    const std::string& key_of(std::string_view day);

    credentials keys_;
    std::string region_;
    std::string service_;
    std::string day_;  // that key_ is for
    std::string key_;
};

}  // namespace adapters::s3
