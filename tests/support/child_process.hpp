#pragma once
// A real program, started by a test and never outliving it: in a process group of its own, its output kept in
// files so that no pipe can fill up, stopped by its pid alone.

#include "tests/support/eventually.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace end_to_end {

struct program {
    std::string path;  // searched in PATH when it has no slash
    std::vector<std::string> arguments = {};
    std::vector<std::string> environment = {};  // NAME=value, on top of the test's own
};

// How a process ended.
struct exit_result {
    int code = -1;  // -1 when a signal ended it
    int signal = 0;
    bool dumped = false;  // its memory went into a core file, or to a program that collects them
};

class child_process {
public:
    // Output goes to NAME.out and NAME.err in `folder`. Throws std::system_error when nothing can be started;
    // a program that does not exist ends with 127.
    child_process(const program& what, const std::filesystem::path& folder, const std::string& name);
    ~child_process();  // kills what still runs
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    pid_t pid() const noexcept { return pid_; }
    bool running();

    // The rest of the first line of standard output that begins with `beginning`; throws std::runtime_error
    // with what the program said when it ends, or the deadline passes, before such a line is complete.
    std::string wait_for_line(const std::string& beginning, milliseconds within = patience);

    void signal(int number);
    // Nothing when it still runs after `within`.
    std::optional<exit_result> wait(milliseconds within = patience);
    // SIGTERM, and SIGKILL when `within` was not enough: then `signal` says 9.
    exit_result stop(milliseconds within = patience);
    void kill();  // SIGKILL, and waits

    std::string out() const;
    std::string err() const;

private:
    std::string name_;
    std::filesystem::path out_;
    std::filesystem::path err_;
    pid_t pid_ = -1;
    std::optional<exit_result> ended_;
};

// A program that runs to its end.
struct finished {
    int code = -1;
    std::string out;
    std::string err;
};

finished run(const program& what, milliseconds within = patience);

}  // namespace end_to_end
