#pragma once
// A redis-server of a test's own: private folder, UNIX socket, append-only file; gone, with its folder, when
// the object is.

#include "tests/support/redis_process.hpp"

#include <cstdint>
#include <memory>

namespace tests {

struct redis_server_options {
    bool tcp = false;                    // also listen on a free port of the loopback
    std::vector<std::string> arguments;  // more of redis-server's command line, at the end
};

class redis_server {
public:
    // Starts it and waits until it answers. Throws when it does not.
    explicit redis_server(redis_server_options options = {});
    ~redis_server();
    redis_server(const redis_server&) = delete;
    redis_server& operator=(const redis_server&) = delete;

    std::string socket() const { return (folder_ / "redis.sock").string(); }
    std::string url() const { return "unix:" + socket(); }
    const std::filesystem::path& folder() const noexcept { return folder_; }
    std::uint16_t port() const noexcept { return port_; }  // 0 without tcp

    void stop();   // SIGTERM, and waits for the end
    void kill();   // SIGKILL, likewise
    void start();  // again, with the same folder, socket and port
    // The same without waiting for an answer; `further` ends the command line this time.
    void launch(const std::vector<std::string>& further = {});
    void forget();  // what is on its disk; while it does not run
    void freeze();  // SIGSTOP: connections stay open and silent
    void thaw();

    // One command over a connection of its own, blocking; the reply in redis-cli's plain form. Throws on
    // failure.
    std::string command(const std::vector<std::string>& arguments) const;

private:
    std::vector<std::string> line() const;

    redis_server_options options_;
    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    std::unique_ptr<redis_process> process_;
};

}  // namespace tests
