#pragma once
// Where a bucket is, and what its objects are called: from the operator's words to hosts, paths and keys.
// Pure.

#include "gateway/http_client/url.hpp"

#include <string>
#include <string_view>

namespace adapters::s3 {

// How a bucket stands in an address: https://endpoint/bucket/key or https://bucket.endpoint/key.
enum class addressing { path, host };

class bucket_place {
public:
    // Throws std::invalid_argument, naming what cannot be used. `prefix` is a folder: a slash is put behind
    // it.
    bucket_place(const std::string& endpoint, std::string bucket, std::string prefix, addressing how);

    const gateway::http_client::url& server() const noexcept { return server_; }

    // What goes on a request line for the key; for the bucket itself when it is empty.
    std::string path_of(std::string_view key) const;
    // Scheme, host and path.
    std::string address_of(std::string_view key) const;
    std::string host() const { return gateway::http_client::host_field(server_); }

    std::string key_of(std::string_view track_id, std::string_view extension) const;
    const std::string& prefix() const noexcept { return prefix_; }

    // Whether this may be an object that key_of() named.
    bool is_ours(std::string_view key) const;

private:
    gateway::http_client::url server_;
    std::string bucket_path_;  // in front of "/key"
    std::string prefix_;
};

}  // namespace adapters::s3
