#pragma once
// A real object store with Amazon's S3 API, started by a test: OpenStack Swift in one process
// (support/s3/server.py says what it is), on a port of its own.

#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace end_to_end {

class s3_server {
public:
    static constexpr const char* bucket = "audio";
    static constexpr const char* region = "eu-test-1";
    static constexpr const char* access_key_id = "audio:keeper";
    static constexpr const char* secret_access_key = "s3-secret-of-the-tests-52ab";

    // With files of a certificate and its key it speaks TLS. Throws std::runtime_error, with what it said,
    // when it does not start.
    explicit s3_server(const std::string& certificate = {}, const std::string& private_key = {});

    std::uint16_t port() const noexcept { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    // Makes all objects and uploads that much older.
    void age(std::chrono::seconds by) const;

    child_process& process() noexcept { return *child_; }

private:
    scratch_folder folder_;
    std::unique_ptr<child_process> child_;
    std::uint16_t port_ = 0;
};

}  // namespace end_to_end
