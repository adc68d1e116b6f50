#include "adapters/ffmpeg/child_start.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

namespace adapters::ffmpeg {

using gateway::media::descriptor;

namespace {

// linux/ioprio.h, which no C library repeats.
constexpr int ioprio_who_process = 1;
constexpr int ioprio_idle = 3 << 13;
constexpr unsigned close_on_exec = 1U << 2;  // CLOSE_RANGE_CLOEXEC

struct limit {
    decltype(RLIMIT_CPU) what;
    rlimit to;
};

// All that the child needs after fork, where it can't allocate.
struct preparation {
    const char* program;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    const char* folder;
    std::array<limit, 5> limits;
    int niceness;
    std::optional<cpu_set_t> cores;
    pid_t parent;
    int nothing, out, err, report;
    int highest_descriptor;
};

// Standard descriptors may be closed in a service; a pipe must not take their place.
descriptor above_standard(int number) {
    if (number > STDERR_FILENO)
        return descriptor{number};
    const descriptor low{number};
    return descriptor{::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
}

struct pipe_ends {
    descriptor read;
    descriptor write;

    explicit operator bool() const noexcept { return read && write; }
};

pipe_ends make_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return {};
    return {above_standard(ends[0]), above_standard(ends[1])};
}

std::array<limit, 5> limits_of(const child_order& order) {
    const auto cpu = static_cast<rlim_t>(order.limits.cpu.count());
    return {{{RLIMIT_CPU, {cpu, cpu + 1}},  // SIGXCPU, and SIGKILL for who ignores it
             {RLIMIT_AS, {order.limits.memory, order.limits.memory}},
             {RLIMIT_FSIZE, {order.file_bytes, order.file_bytes}},
             {RLIMIT_NOFILE, {64, 64}},
             {RLIMIT_CORE, {0, 0}}}};
}

// All that we may use but the first: on a core where audio is encoded, whoever wakes up may wait for
// milliseconds, however nice the encoder is. Nothing when there is only one.
std::optional<cpu_set_t> all_cores_but_one() {
    cpu_set_t cores;
    if (::sched_getaffinity(0, sizeof cores, &cores) != 0 || CPU_COUNT(&cores) < 2)
        return std::nullopt;
    int first = 0;
    while (!CPU_ISSET(first, &cores))
        ++first;
    CPU_CLR(first, &cores);
    return cores;
}

void give_way(const preparation& what) {
    ::setpriority(PRIO_PROCESS, 0, what.niceness);
    const sched_param none{};
    ::sched_setscheduler(0, SCHED_BATCH, &none);
    if (what.cores)
        ::sched_setaffinity(0, sizeof *what.cores, &*what.cores);
    ::syscall(SYS_ioprio_set, ioprio_who_process, 0, ioprio_idle);
}

// A limit that can't be set may already be lower; one that is higher must not stay.
bool lower(const limit& wanted) {
    rlimit now{};
    if (::getrlimit(wanted.what, &now) != 0)
        return false;
    rlimit next = wanted.to;
    next.rlim_max = std::min(next.rlim_max, now.rlim_max);
    next.rlim_cur = std::min(next.rlim_cur, next.rlim_max);
    return ::setrlimit(wanted.what, &next) == 0;
}

void hide_descriptors(int highest) {
    if (::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, close_on_exec) == 0)
        return;
    for (int each = STDERR_FILENO + 1; each < highest; ++each)  // before Linux 5.11
        ::fcntl(each, F_SETFD, FD_CLOEXEC);
}

void forget_signals() {
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    for (int each = 1; each < NSIG; ++each)
        ::sigaction(each, &usual, nullptr);  // what is ignored stays so through exec
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// In the child: only what is safe in a signal handler.
[[noreturn]] void become(const preparation& what) {
    constexpr int cannot = 127;
    const auto give_up = [&] {
        const int error = errno;
        [[maybe_unused]] const auto told = ::write(what.report, &error, sizeof error);
        ::_exit(cannot);
    };
    forget_signals();
    ::setpgid(0, 0);
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        give_up();
    if (::getppid() != what.parent)
        ::_exit(cannot);  // it died before we asked to be told
    if (::dup2(what.nothing, STDIN_FILENO) < 0 || ::dup2(what.out, STDOUT_FILENO) < 0 ||
        ::dup2(what.err, STDERR_FILENO) < 0 || ::chdir(what.folder) != 0)
        give_up();
    hide_descriptors(what.highest_descriptor);
    give_way(what);
    for (const limit& each : what.limits) {
        if (!lower(each))
            give_up();
    }
    ::execve(what.program, what.arguments.data(), what.environment.data());
    give_up();
    ::_exit(cannot);
}

// What kept the program from starting; 0 when nothing did.
int read_report(const descriptor& report) {
    int error = 0;
    ssize_t got = 0;
    do
        got = ::read(report.get(), &error, sizeof error);
    while (got < 0 && errno == EINTR);
    return got == sizeof error ? error : 0;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& each : texts)
        pointers.push_back(each.data());
    pointers.push_back(nullptr);
    return pointers;
}

// No handler of ours may run in the child, whose memory is a copy of ours.
pid_t fork_quietly() {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    const int error = errno;
    if (pid != 0)
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return pid;
}

}  // namespace

started_child start_child(const child_order& order) {
    started_child child;
    pipe_ends out = make_pipe();
    pipe_ends err = make_pipe();
    pipe_ends report = make_pipe();
    const descriptor nothing = above_standard(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!out || !err || !report || !nothing) {
        child.error = errno;
        return child;
    }
    ::fcntl(out.read.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(err.read.get(), F_SETFL, O_NONBLOCK);

    std::vector<std::string> arguments{order.program};
    arguments.insert(arguments.end(), order.arguments.begin(), order.arguments.end());
    // One malloc arena: each takes 64 MiB of the address space.
    std::vector<std::string> environment{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C",
                                         "MALLOC_ARENA_MAX=1"};
    const preparation ready{
        .program = order.program.c_str(),
        .arguments = pointers_to(arguments),
        .environment = pointers_to(environment),
        .folder = order.folder.c_str(),
        .limits = limits_of(order),
        .niceness = order.limits.niceness,
        .cores = all_cores_but_one(),
        .parent = ::getpid(),
        .nothing = nothing.get(),
        .out = out.write.get(),
        .err = err.write.get(),
        .report = report.write.get(),
        .highest_descriptor = static_cast<int>(std::min(::sysconf(_SC_OPEN_MAX), 65536L))};
    child.pid = fork_quietly();
    if (child.pid == 0)
        become(ready);
    if (child.pid < 0) {
        child.error = errno;
        return child;
    }
    report.write = descriptor{};  // else its end is never seen
    child.error = read_report(report.read);
    child.out = std::move(out.read);
    child.err = std::move(err.read);
    return child;
}

}  // namespace adapters::ffmpeg
