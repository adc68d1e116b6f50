#include "gateway/domain/job.hpp"

#include <gtest/gtest.h>

namespace gateway {
namespace {

using namespace std::chrono_literals;

job running_for(milliseconds elapsed) {
    job running;
    running.created_at = store_time{1'000'000ms};
    running.state.status = job_status::running;
    running.state.typical = 40s;
    running.state.accepted_at = running.created_at;
    running.as_of = running.created_at + elapsed;
    return running;
}

TEST(Progress, IsZeroWhileQueuedAndAHundredWhenSucceeded) {
    job fresh;
    EXPECT_EQ(progress_of(fresh), 0);
    fresh.state.status = job_status::succeeded;
    EXPECT_EQ(progress_of(fresh), 100);
}

TEST(Progress, RisesWithTimeAndStaysBelowAHundredBeforeSuccess) {
    int last = 0;
    for (milliseconds elapsed = 0ms; elapsed < 1h; elapsed += 100ms) {
        const int now = progress_of(running_for(elapsed));
        ASSERT_GE(now, last);
        ASSERT_LE(now, 95);
        last = now;
    }
    EXPECT_GE(last, 94);
    EXPECT_EQ(progress_of(running_for(20s)), 40);
}

TEST(Progress, NeverFallsBelowWhatWasStored) {
    job running = running_for(1s);
    running.state.progress = 60;
    EXPECT_EQ(progress_of(running), 60);
}

TEST(Progress, IsFrozenAtAnEarlyEnd) {
    job ended = running_for(20s);
    ended.state.status = job_status::cancelled;
    ended.state.progress = 33;
    EXPECT_EQ(progress_of(ended), 33);
}

TEST(JobStatus, OnlyLegalTransitionsAreLegal) {
    EXPECT_TRUE(is_legal(job_status::queued, job_status::running));
    EXPECT_TRUE(is_legal(job_status::queued, job_status::refused));
    EXPECT_TRUE(is_legal(job_status::running, job_status::cancelled));
    EXPECT_FALSE(is_legal(job_status::running, job_status::queued));
    EXPECT_FALSE(is_legal(job_status::succeeded, job_status::failed));
    EXPECT_FALSE(is_legal(job_status::cancelled, job_status::running));
}

TEST(JobStatus, EveryNameReadsBack) {
    for (const auto status : {job_status::queued, job_status::running, job_status::succeeded,
                              job_status::failed, job_status::cancelled, job_status::refused})
        EXPECT_EQ(job_status_from(to_string(status)), status);
    EXPECT_FALSE(job_status_from("done"));
}

TEST(TrackId, CarriesTheSuffixOfItsJob) {
    EXPECT_EQ(track_id_of("mgen_51c0ffee9d2a"), "mtrack_51c0ffee9d2a");
    EXPECT_EQ(job_id_of_track("mtrack_51c0ffee9d2a"), "mgen_51c0ffee9d2a");
    EXPECT_FALSE(job_id_of_track("mgen_51c0ffee9d2a"));
    EXPECT_FALSE(job_id_of_track("mtrack_"));
}

TEST(Iso8601, WritesWholeSecondsInUtc) {
    EXPECT_EQ(to_iso8601(store_time{1'782'893'700'999ms}), "2026-07-01T08:15:00Z");
    EXPECT_EQ(to_iso8601(store_time{0ms}), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace gateway
