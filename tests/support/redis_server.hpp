#pragma once
// A redis-server of a test's own: private folder, UNIX socket, append-only file; gone, with its folder, when
// the object is.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

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

    void stop();    // SIGTERM, and waits for the end
    void kill();    // SIGKILL, likewise
    void start();   // again, with the same folder, socket and port
    void freeze();  // SIGSTOP: connections stay open and silent
    void thaw();

    // One command over a connection of its own, blocking; the reply in redis-cli's plain form. Throws on
    // failure.
    std::string command(const std::vector<std::string>& arguments) const;

private:
    void end(int signal);
    bool answers() const;

    redis_server_options options_;
    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
};

}  // namespace tests
