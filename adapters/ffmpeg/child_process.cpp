#include "adapters/ffmpeg/child_process.hpp"

#include "adapters/ffmpeg/child_start.hpp"

#include <poll.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

namespace adapters::ffmpeg {

using gateway::media::descriptor;

namespace {

constexpr std::size_t err_kept = 16 * 1024;
constexpr std::size_t err_most = 16 * 1024 * 1024;  // who says more is not describing a problem

// What a child says, as far as it is worth keeping.
class listener {
public:
    listener(started_child& child, std::size_t out_most) : child_{child}, out_most_{out_most} {}

    // Waits for words, at most `milliseconds`.
    void wait(int milliseconds) {
        std::array<pollfd, 2> ends{{{child_.out.get(), POLLIN, 0}, {child_.err.get(), POLLIN, 0}}};
        ::poll(ends.data(), ends.size(), milliseconds);  // closed ends are -1, which poll passes over
    }

    void read() {
        take(child_.out, [this](std::string_view text) {
            too_much_ = too_much_ || text.size() > out_most_ - out_.size();
            if (!too_much_)
                out_ += text;
        });
        take(child_.err, [this](std::string_view text) {
            err_heard_ += text.size();
            too_much_ = too_much_ || err_heard_ > err_most;
            err_ += text;
            if (err_.size() > 2 * err_kept)
                err_.erase(0, err_.size() - err_kept);
        });
    }

    bool too_much() const noexcept { return too_much_; }
    bool silent() const noexcept { return !child_.out && !child_.err; }

    void tell(child_end& end) {
        if (err_.size() > err_kept)
            err_.erase(0, err_.size() - err_kept);
        end.out = std::move(out_);
        end.err = std::move(err_);
    }

private:
    // All that is there now, but no more than a pipe holds: other things want to be looked at in between.
    template <class Use>
    static void take(descriptor& from, Use use) {
        std::array<char, 64 * 1024> buffer;
        if (!from)
            return;
        const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
        if (got > 0)
            use(std::string_view{buffer.data(), static_cast<std::size_t>(got)});
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            from = descriptor{};
    }

    started_child& child_;
    std::size_t out_most_;
    std::size_t err_heard_ = 0;
    bool too_much_ = false;
    std::string out_;
    std::string err_;
};

bool has_ended(pid_t pid) {
    siginfo_t about{};
    const int looked = ::waitid(P_PID, static_cast<id_t>(pid), &about, WEXITED | WNOHANG | WNOWAIT);
    return (looked == 0 && about.si_pid == pid) || (looked != 0 && errno == ECHILD);
}

// The group goes before its leader is reaped: until then nobody else can have its number.
int kill_and_reap(pid_t pid) {
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);  // should it have no group of its own yet
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// Why we end it; `exited` while we don't.
child_fate verdict(gateway::deadline by, const listener& heard, const std::atomic<bool>& stop) {
    if (stop.load(std::memory_order_relaxed))
        return child_fate::stopped;
    if (by.passed())
        return child_fate::out_of_time;
    if (heard.too_much())
        return child_fate::talked_too_much;
    return child_fate::exited;
}

void explain(child_end& end, int status) {
    if (WIFEXITED(status)) {
        end.code = WEXITSTATUS(status);
        return;
    }
    end.code = WTERMSIG(status);
    switch (end.code) {
        case SIGXCPU: end.fate = child_fate::out_of_cpu; return;
        case SIGXFSZ: end.fate = child_fate::wrote_too_much; return;
        default: end.fate = child_fate::signalled; return;
    }
}

}  // namespace

const char* to_string(child_fate fate) {
    switch (fate) {
        case child_fate::exited: return "exited";
        case child_fate::signalled: return "ended by a signal";
        case child_fate::out_of_time: return "over its time";
        case child_fate::out_of_cpu: return "over its CPU time";
        case child_fate::wrote_too_much: return "over its disk space";
        case child_fate::talked_too_much: return "said too much";
        case child_fate::stopped: return "stopped";
        case child_fate::not_started: return "could not be started";
    }
    return "ended";
}

child_end run_child(const child_order& order, const std::atomic<bool>& stop) {
    child_end end;
    started_child child = start_child(order);
    if (child.pid < 0 || child.error != 0) {
        if (child.pid >= 0)
            kill_and_reap(child.pid);
        end.code = child.error;
        return end;
    }

    const gateway::deadline by = order.by.tightened(order.limits.wall);
    listener heard{child, order.limits.output};
    end.fate = child_fate::exited;
    bool ended = false;
    while (!ended && end.fate == child_fate::exited) {
        heard.wait(heard.silent() ? 1 : 10);
        ended = has_ended(child.pid);
        heard.read();
        if (!ended)
            end.fate = verdict(by, heard, stop);
    }
    const int status = kill_and_reap(child.pid);
    // What it said last is still in the pipes. Should somebody who left its group hold them: not for ever.
    for (int reads = 0; reads < 8 && end.fate == child_fate::exited; ++reads)
        heard.read();
    if (end.fate == child_fate::exited && heard.too_much())
        end.fate = child_fate::talked_too_much;
    if (end.fate == child_fate::exited)
        explain(end, status);
    heard.tell(end);
    return end;
}

}  // namespace adapters::ffmpeg
