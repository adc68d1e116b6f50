#pragma once
// One program of the Redis family, as a test runs it: told by a UNIX socket, stopped by its id, never
// outliving its test.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tests {

class redis_process {
public:
    // `line` is the command line; the program must listen on `socket`.
    redis_process(std::vector<std::string> line, std::filesystem::path socket);
    ~redis_process();  // kills what still runs
    redis_process(const redis_process&) = delete;
    redis_process& operator=(const redis_process&) = delete;

    // Starts it and waits until it answers; throws when it does not. `further` ends the command line.
    void start(const std::vector<std::string>& further = {});
    // Does not wait.
    void launch(const std::vector<std::string>& further = {});
    void end(int signal);  // sends it, and waits for the end
    void freeze();         // SIGSTOP, and waits until it stands still: connections stay open and silent
    void thaw();

    // One command over a connection of its own, blocking; the reply in redis-cli's plain form. Throws on
    // failure.
    std::string command(const std::vector<std::string>& arguments) const;

private:
    bool answers() const;

    std::vector<std::string> line_;
    std::filesystem::path socket_;
    pid_t process_ = -1;
};

// Starts what `make` makes for a port that was free a moment ago; again with another port, should somebody
// else have been quicker to take it. Throws as start() does.
std::unique_ptr<redis_process> started_on_a_port(
    const std::function<std::unique_ptr<redis_process>(std::uint16_t)>& make);

// A folder of its own under the system's, for the owner to remove.
std::filesystem::path fresh_folder(const std::string& name);

}  // namespace tests
