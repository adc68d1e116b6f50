#include "tests/support/child_process.hpp"

#include "tests/support/scratch_folder.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string_view>
#include <system_error>

extern char** environ;

namespace end_to_end {

namespace {

constexpr int cannot_start = 127;

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

// Later entries win: what the test gives replaces what it inherited.
std::vector<std::string> environment_of(const program& what) {
    std::vector<std::string> all = what.environment;
    for (char** each = environ; *each; ++each) {
        const std::string_view entry{*each};
        const auto name = entry.substr(0, entry.find('=') + 1);
        bool replaced = false;
        for (const std::string& given : what.environment)
            replaced = replaced || given.starts_with(name);
        if (!replaced)
            all.emplace_back(entry);
    }
    return all;
}

int open_for_output(const std::filesystem::path& path) {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* arguments, char* const* environment, int out, int err, pid_t parent) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed takes its programs along
    const int nothing = ::open("/dev/null", O_RDONLY);
    const bool ready = nothing >= 0 && ::dup2(nothing, 0) >= 0 && ::dup2(out, 1) >= 0 && ::dup2(err, 2) >= 0;
    if (ready && ::getppid() == parent)
        ::execvpe(arguments[0], arguments, environment);
    ::_exit(cannot_start);
}

// The line's rest, when a whole line with this beginning is there.
std::optional<std::string> line_in(const std::string& text, const std::string& beginning) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        if (end == std::string::npos)
            return std::nullopt;
        if (text.compare(at, beginning.size(), beginning) == 0)
            return text.substr(at + beginning.size(), end - at - beginning.size());
        at = end + 1;
    }
    return std::nullopt;
}

}  // namespace

child_process::child_process(const program& what, const std::filesystem::path& folder,
                             const std::string& name)
    : name_{name}, out_{folder / (name + ".out")}, err_{folder / (name + ".err")} {
    std::vector<std::string> words{what.path};
    words.insert(words.end(), what.arguments.begin(), what.arguments.end());
    std::vector<std::string> variables = environment_of(what);
    const auto arguments = pointers(words);
    const auto environment = pointers(variables);
    const int out = open_for_output(out_);
    const int err = open_for_output(err_);
    const pid_t parent = ::getpid();
    pid_ = out >= 0 && err >= 0 ? ::fork() : -1;
    if (pid_ == 0)
        become(arguments.data(), environment.data(), out, err, parent);
    const int problem = errno;
    ::close(out);
    ::close(err);
    if (pid_ < 0)
        throw std::system_error{problem, std::generic_category(), "cannot start " + what.path};
    ::setpgid(pid_, pid_);  // whichever of the two comes first
}

child_process::~child_process() {
    kill();
}

bool child_process::running() {
    return !wait(milliseconds{0});
}

std::string child_process::wait_for_line(const std::string& beginning, milliseconds within) {
    std::optional<std::string> found;
    eventually(
        [&] {
            const bool ended = !running();
            found = line_in(out(), beginning);
            return found || ended;
        },
        within);
    if (!found)
        throw std::runtime_error(name_ + " did not print '" + beginning + "'; it said:\n" + out() + err());
    return *found;
}

void child_process::signal(int number) {
    if (!ended_)
        ::kill(pid_, number);
}

std::optional<exit_result> child_process::wait(milliseconds within) {
    eventually(
        [&] {
            if (ended_)
                return true;
            int status = 0;
            const pid_t gone = ::waitpid(pid_, &status, WNOHANG);
            if (gone == pid_)
                ended_ = WIFEXITED(status) ? exit_result{WEXITSTATUS(status)}
                                           : exit_result{-1, WTERMSIG(status), WCOREDUMP(status) != 0};
            else if (gone < 0 && errno != EINTR)
                ended_ = exit_result{};
            return ended_.has_value();
        },
        within);
    return ended_;
}

exit_result child_process::stop(milliseconds within) {
    signal(SIGTERM);
    if (const auto ended = wait(within))
        return *ended;
    kill();
    return ended_.value_or(exit_result{});
}

void child_process::kill() {
    signal(SIGKILL);
    wait();
}

std::string child_process::out() const {
    return read_file(out_);
}

std::string child_process::err() const {
    return read_file(err_);
}

finished run(const program& what, milliseconds within) {
    const scratch_folder folder;
    child_process child{what, folder.path(), "run"};
    const auto ended = child.wait(within);
    if (!ended)
        child.kill();
    return {ended ? ended->code : -1, child.out(), child.err()};
}

}  // namespace end_to_end
