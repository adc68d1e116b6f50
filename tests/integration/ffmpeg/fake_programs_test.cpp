// Programs that misbehave in ffmpeg's place, under the whole workshop.

#include "tests/integration/ffmpeg/workshop_fixture.hpp"

#include "tests/support/eventually.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <csignal>

namespace {

using namespace tests;
using namespace std::chrono_literals;
using gateway::audio_format;
using std::chrono::steady_clock;

class FakePrograms : public workshop_test {
protected:
    // ffprobe says yes to everything, ffmpeg is the script.
    void pretend(const std::string& script) {
        rules.ffprobe = write("ffprobe",
                              "echo 'streams.stream.0.codec_type=\"audio\"'\n"
                              "echo 'streams.stream.0.sample_rate=\"48000\"'\n"
                              "echo 'streams.stream.0.channels=2'\n");
        rules.ffmpeg = write("ffmpeg", script);
    }
    std::string write(const std::string& name, const std::string& script) {
        const std::string path = folder.write(name, "#!/bin/sh\n" + script);
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path;
    }
    gateway::master_order one_clip() {
        std::string frames;
        for (int i = 0; i < 20; ++i)
            frames += "\xff\xfb\x90" + std::string(1, '\0') + std::string(413, '\x55');
        auto order = ordered("master_fa", audio_format::mp3);
        order.clips.push_back(archived("clip_fa", "mp3", frames));
        return order;
    }
    errc outcome(deadline by = deadline::after(patient)) {
        const auto kept = make(one_clip(), by);
        EXPECT_TRUE(end_to_end::eventually([&] { return scratch_is_empty(); }));
        return kept ? errc{} : static_cast<errc>(kept.error().value());
    }
    // The process whose number the script has written there.
    pid_t noted(const std::string& name) {
        const auto path = folder.path() / name;
        if (!end_to_end::eventually([&] { return end_to_end::read_file(path).ends_with('\n'); }))
            throw std::runtime_error{"the script did not start"};
        return std::stoi(end_to_end::read_file(path));
    }
    static bool is_gone(pid_t pid) {
        return end_to_end::eventually([pid] { return ::kill(pid, 0) != 0; });
    }
    std::string note(const std::string& name) { return (folder.path() / name).string(); }
};

TEST_F(FakePrograms, ThatAreMissingMakeAnUnequippedWorkshop) {
    rules.ffmpeg = "no-such-program-anywhere";
    EXPECT_FALSE(workshop().equipped());
    EXPECT_EQ(static_cast<errc>(make(one_clip()).error().value()), errc::audio_work_failed);
    EXPECT_EQ(static_cast<errc>(measure({"clip_fa", "mp3"}).error().value()), errc::audio_work_failed);
}

TEST_F(FakePrograms, ThatHangEndWithTheirTime) {
    rules.child.wall = 1s;
    pretend("sleep 1000\n");
    const auto began = steady_clock::now();
    EXPECT_EQ(outcome(), errc::audio_work_failed);
    EXPECT_LT(steady_clock::now() - began, 20s);
}

TEST_F(FakePrograms, ThatHangEndWithTheDeadline) {
    pretend("echo $$ >" + note("pid") + "\nexec sleep 1000\n");
    EXPECT_EQ(outcome(deadline::after(1s)), errc::deadline_exceeded);
    EXPECT_TRUE(is_gone(noted("pid")));
}

TEST_F(FakePrograms, ThatSpinEndWithTheirCpuTime) {
    rules.child.cpu = 1s;
    pretend("while :; do :; done\n");
    EXPECT_EQ(outcome(), errc::audio_work_failed);
}

TEST_F(FakePrograms, ThatWriteForEverAreStopped) {
    rules.scratch_bytes = 4'000'000;
    pretend("exec cat /dev/zero >big\n");
    EXPECT_EQ(outcome(), errc::audio_work_failed);
}

TEST_F(FakePrograms, ThatTalkForEverAreStopped) {
    rules.child.output = 100'000;
    pretend("exec cat /dev/zero\n");
    EXPECT_EQ(outcome(), errc::audio_work_failed);
    close_workshop();
}

TEST_F(FakePrograms, ThatComplainForEverAreStopped) {
    pretend("exec cat /dev/zero >&2\n");
    EXPECT_EQ(outcome(), errc::audio_work_failed);
}

TEST_F(FakePrograms, ThatTakeAllMemoryAreRefusedIt) {
    rules.child.memory = 200'000'000;
    // A shell that keeps doubling a text dies of it; one that could not would write the file.
    pretend("x=aaaaaaaaaaaaaaaa\ni=0\nwhile [ $i -lt 26 ]; do x=$x$x; i=$((i+1)); done\necho ${#x} >" +
            note("grown") + "\n");
    EXPECT_NE(outcome(), errc{});
    EXPECT_EQ(end_to_end::read_file(note("grown")), "");
}

TEST_F(FakePrograms, LeaveNoChildrenBehind) {
    pretend("sleep 1000 &\necho $! >" + note("grandchild") + "\nexit 1\n");
    EXPECT_EQ(outcome(), errc::not_audio);
    EXPECT_TRUE(is_gone(noted("grandchild")));
}

TEST_F(FakePrograms, AreKilledWhenTheCallerIsCancelled) {
    pretend("sleep 1000 &\necho $$ >" + note("pid") + "\nwait\n");
    boost::asio::cancellation_signal stop;
    bool ended = false;
    boost::asio::co_spawn(context, workshop().make(one_clip(), deadline::never()),
                          boost::asio::bind_cancellation_slot(
                              stop.slot(), [&](std::exception_ptr, result<stored_audio>) { ended = true; }));
    ASSERT_TRUE(run_until(context, [&] { return end_to_end::read_file(note("pid")).ends_with('\n'); }));
    EXPECT_FALSE(ended);
    stop.emit(boost::asio::cancellation_type::terminal);
    EXPECT_TRUE(run_until(context, [&] { return ended; }));
    EXPECT_TRUE(is_gone(noted("pid")));
    EXPECT_TRUE(end_to_end::eventually([&] { return scratch_is_empty(); }));
}

TEST_F(FakePrograms, SeeNothingOfOurs) {
    const int ours = ::open("/dev/null", O_RDONLY);  // without close-on-exec, as some library may do it
    ::setenv("GATEWAY_TEST_SECRET", "hush", 1);
    pretend("(env; ls -l /proc/self/fd; cat; nice) >" + note("seen") + " 2>&1\nexit 1\n");
    rules.child.niceness = 12;
    EXPECT_EQ(outcome(), errc::not_audio);
    ::close(ours);
    const std::string seen = end_to_end::read_file(note("seen"));
    EXPECT_NE(seen.find("LC_ALL=C"), std::string::npos) << seen;
    EXPECT_EQ(seen.find("hush"), std::string::npos) << seen;
    EXPECT_EQ(seen.find(" " + std::to_string(ours) + " -> /dev/null"), std::string::npos) << seen;
    EXPECT_TRUE(seen.ends_with("\n12\n")) << seen;
}

}  // namespace
