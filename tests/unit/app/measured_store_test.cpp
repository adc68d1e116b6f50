// Every call of the store is timed, and whoever waits for it learns how long that took.
#include "gateway/app/measured_store.hpp"
#include "tests/support/await.hpp"
#include "tests/unit/service/scripted_store.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace gateway;
namespace asio = boost::asio;
using std::chrono::milliseconds;

class MeasuredStore : public testing::Test {
protected:
    asio::io_context context{1};
    scripted_store inner;
    metrics counts;
    app::measured_store store{inner, counts};

    bool says(const std::string& line) const {
        return ("\n" + counts.text()).find("\n" + line + "\n") != std::string::npos;
    }
    bool counted(const std::string& operation, int calls) const {
        return says("music_gateway_store_duration_seconds_count{operation=\"" + operation + "\"} " +
                    std::to_string(calls));
    }
    bool failed(const std::string& operation, int calls) const {
        return says("music_gateway_store_failures_total{operation=\"" + operation + "\"} " +
                    std::to_string(calls));
    }
    template <class T>
    auto run(asio::awaitable<T> work) {
        return tests::await(context, std::move(work));
    }
    deadline soon() const { return deadline::after(std::chrono::seconds{20}); }
};

TEST_F(MeasuredStore, PassesOnWhatTheStoreSays) {
    inner.put("mgen_1", {"org", "usr"}, job_status::running);
    const auto found = run(store.find({"org", "usr"}, "mgen_1", soon()));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "mgen_1");
    EXPECT_EQ(run(store.find({"org", "usr"}, "mgen_2", soon())).error(), errc::not_found);
}

TEST_F(MeasuredStore, CountsEachOperationByItself) {
    run(store.find({"org", "usr"}, "mgen_1", soon()));
    run(store.find({"org", "usr"}, "mgen_1", soon()));
    run(store.list({"org", "usr"}, {}, soon()));
    run(store.save({}, {}, {}, milliseconds{0}, {}, soon()));
    EXPECT_TRUE(counted("find", 2));
    EXPECT_TRUE(counted("list", 1));
    EXPECT_TRUE(counted("save", 1));
    EXPECT_TRUE(counted("create", 0)) << "there from the start";
}

TEST_F(MeasuredStore, AnAnswerThatSaysNoIsNoFailure) {
    run(store.find({"org", "usr"}, "mgen_1", soon()));
    EXPECT_TRUE(failed("find", 0));
}

TEST_F(MeasuredStore, AStoreThatIsAwayOrTooLateHasFailed) {
    inner.failure = errc::store_unavailable;
    run(store.find({"org", "usr"}, "mgen_1", soon()));
    inner.failure = errc::deadline_exceeded;
    run(store.find({"org", "usr"}, "mgen_1", soon()));
    EXPECT_TRUE(failed("find", 2));
}

TEST_F(MeasuredStore, WhoeverWaitsLearnsHowLongAllCallsTook) {
    time_waited waited;
    const auto by = soon().counting(waited);
    run(store.find({"org", "usr"}, "mgen_1", by));
    const auto after_one = waited.sum;
    EXPECT_GT(after_one.count(), 0);
    run(store.find({"org", "usr"}, "mgen_1", by.tightened(milliseconds{5})));
    EXPECT_GT(waited.sum, after_one) << "also under a tightened deadline";
}

}  // namespace
