// One child at a time: what comes back of it, and that it can't outgrow its limits.

#include "adapters/ffmpeg/child_process.hpp"

#include "tests/support/child_process.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gtest/gtest.h>

#include <sched.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace {

using namespace adapters::ffmpeg;
using namespace std::chrono_literals;

class ChildProcess : public testing::Test {
protected:
    child_order shell(const std::string& script) const {
        child_order order;
        order.program = "/bin/sh";
        order.arguments = {"-c", script};
        order.folder = folder.path().string();
        order.file_bytes = 1'000'000;
        return order;
    }
    child_end run(const child_order& order) { return run_child(order, stop); }

    end_to_end::scratch_folder folder;
    std::atomic<bool> stop = false;
};

TEST_F(ChildProcess, SaysWhatItSaidAndHowItEnded) {
    const auto end = run(shell("echo out; echo err >&2; exit 3"));
    EXPECT_EQ(end.fate, child_fate::exited);
    EXPECT_EQ(end.code, 3);
    EXPECT_EQ(end.out, "out\n");
    EXPECT_EQ(end.err, "err\n");
    EXPECT_FALSE(end.succeeded());
    EXPECT_TRUE(run(shell("exit 0")).succeeded());
}

TEST_F(ChildProcess, TakesArgumentsAsTheyAre) {
    child_order order = shell("");
    order.program = "/usr/bin/printf";
    order.arguments = {"%s|", "a b", "$HOME", "`id`", "; exit", "\"'\\"};
    EXPECT_EQ(run(order).out, "a b|$HOME|`id`|; exit|\"'\\|");
}

TEST_F(ChildProcess, ReadsNothingAndWorksInItsFolder) {
    EXPECT_EQ(run(shell("cat")).out, "");
    EXPECT_EQ(run(shell("pwd -P")).out, std::filesystem::canonical(folder.path()).string() + "\n");
}

TEST_F(ChildProcess, ThatDoesNotExistIsNotStarted) {
    child_order order = shell("");
    order.program = "/no/such/program";
    const auto end = run(order);
    EXPECT_EQ(end.fate, child_fate::not_started);
    EXPECT_EQ(end.code, ENOENT);
    order.program = "/bin/sh";
    order.folder = "/no/such/folder";
    EXPECT_EQ(run(order).fate, child_fate::not_started);
}

TEST_F(ChildProcess, KeepsTheWholeOutputAndTheEndOfTheComplaints) {
    const auto end = run(shell("seq 1 200000; seq 1 200000 >&2"));
    EXPECT_EQ(end.out.size(), 1'288'895u);
    EXPECT_TRUE(end.out.ends_with("\n200000\n"));
    EXPECT_EQ(end.err.size(), 16u * 1024);
    EXPECT_TRUE(end.err.ends_with("\n200000\n"));
}

TEST_F(ChildProcess, EndsAtEachOfItsLimits) {
    child_order order = shell("exec sleep 1000");
    order.limits.wall = 1s;
    EXPECT_EQ(run(order).fate, child_fate::out_of_time);

    order = shell("while :; do :; done");
    order.limits.cpu = 1s;
    EXPECT_EQ(run(order).fate, child_fate::out_of_cpu);

    order = shell("exec cat /dev/zero >file");
    EXPECT_EQ(run(order).fate, child_fate::wrote_too_much);
    EXPECT_EQ(std::filesystem::file_size(folder.path() / "file"), 1'000'000u);

    order = shell("exec cat /dev/zero");
    order.limits.output = 1000;
    const auto talked = run(order);
    EXPECT_EQ(talked.fate, child_fate::talked_too_much);
    EXPECT_LE(talked.out.size(), 1000u);

    order = shell("exec cat /dev/zero >&2");
    EXPECT_EQ(run(order).fate, child_fate::talked_too_much);

    order = shell("kill -SEGV $$");
    const auto crashed = run(order);
    EXPECT_EQ(crashed.fate, child_fate::signalled);
    EXPECT_EQ(crashed.code, SIGSEGV);
}

TEST_F(ChildProcess, HasItsLimitsAndNoMore) {
    child_order order = shell("ulimit -t; ulimit -v; ulimit -f; ulimit -n; ulimit -c; nice");
    order.limits.niceness = 11;
    EXPECT_EQ(run(order).out, "180\n1048576\n1953\n64\n0\n11\n");
}

TEST_F(ChildProcess, LeavesACoreToEverybodyElse) {
    cpu_set_t ours;
    ASSERT_EQ(::sched_getaffinity(0, sizeof ours, &ours), 0);
    const int left = std::max(1, CPU_COUNT(&ours) - 1);
    EXPECT_EQ(run(shell("exec nproc")).out, std::to_string(left) + "\n");
}

TEST_F(ChildProcess, FeelsABrokenPipeThoughWeDoNot) {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(run(shell("(cat /dev/zero; echo $? >&2) | true")).err, std::to_string(128 + SIGPIPE) + "\n");
    std::signal(SIGPIPE, before);
}

TEST_F(ChildProcess, IsStoppedFromAnotherThread) {
    std::thread stopper{[this] {
        end_to_end::eventually([this] { return end_to_end::read_file(folder.path() / "up") == "up\n"; });
        stop = true;
    }};
    EXPECT_EQ(run(shell("echo up >up; exec sleep 1000")).fate, child_fate::stopped);
    stopper.join();
}

TEST_F(ChildProcess, DoesNotKeepUsWaitingByWhatItLeavesBehind) {
    // Whoever leaves the group keeps the pipe; whoever stays is gone.
    const auto began = std::chrono::steady_clock::now();
    const auto end = run(shell("setsid sleep 5 & sleep 1000 & echo said"));
    EXPECT_EQ(end.out, "said\n");
    EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
}

TEST_F(ChildProcess, DiesWithTheProcessThatStartedIt) {
    // Somebody else's process becomes the parent, and is killed as the gateway would be.
    const pid_t parent = ::fork();
    if (parent == 0) {
        run(shell("echo $$ >pid; exec sleep 1000"));
        ::_exit(0);
    }
    const auto noted = folder.path() / "pid";
    ASSERT_TRUE(end_to_end::eventually([&] { return end_to_end::read_file(noted).ends_with('\n'); }));
    const pid_t child = std::stoi(end_to_end::read_file(noted));
    ::kill(parent, SIGKILL);
    // An orphan of a test may stay a zombie until init looks: not running is what counts.
    EXPECT_TRUE(end_to_end::eventually([&] {
        const std::string stat = end_to_end::read_file("/proc/" + std::to_string(child) + "/stat");
        return stat.empty() || stat.find(") Z ") != std::string::npos;
    }));
    end_to_end::eventually([&] { return ::waitpid(parent, nullptr, WNOHANG) == parent; });
}

}  // namespace
