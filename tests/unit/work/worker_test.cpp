// The loop and its runs over the embedded store: what one job's trouble means for the others.
#include "tests/unit/work/worker_fixture.hpp"

#include <set>

namespace gateway::work {

namespace {

TEST_F(Worker, CarriesAJobToItsEnd) {
    order("mgen_1");
    EXPECT_TRUE(comes_to("mgen_1", job_status::succeeded));
    EXPECT_EQ(backend.created.size(), 1U);
}

TEST_F(Worker, JobThatBreaksTheProgramFailsByItselfAndStopsNobody) {
    backend.on_look = [good = backend.on_look](std::string task_id) -> task_answer::any {
        if (task_id == "task-mgen_bad")
            throw std::runtime_error{"an answer nobody thought of"};
        return good(std::move(task_id));
    };
    order("mgen_bad");
    order("mgen_good");
    EXPECT_TRUE(comes_to("mgen_bad", job_status::failed));
    EXPECT_TRUE(comes_to("mgen_good", job_status::succeeded));
    const auto broken = state_of("mgen_bad");
    EXPECT_EQ(broken.task_id, "task-mgen_bad") << "what was paid for stays on record";
    EXPECT_EQ(broken.credits_are, credit_outcome::charged);
    EXPECT_NE(broken.error_message, "");
    EXPECT_EQ(broken.error_message.find("nobody thought of"), std::string::npos);
}

TEST_F(Worker, JobThatBreaksItsPaidCallIsNotSentAgain) {
    backend.on_create = [](job) -> asio::awaitable<create_answer::any> {
        throw std::logic_error{"a bug"};
        co_return create_answer::accepted{};
    };
    order("mgen_bad");
    EXPECT_TRUE(comes_to("mgen_bad", job_status::failed));
    EXPECT_EQ(backend.created.size(), 1U);
    EXPECT_EQ(state_of("mgen_bad").credits_are, credit_outcome::unknown);
}

TEST_F(Worker, UpstreamThatIsAwayIsLeftAloneAndOrdersWaitForItsReturn) {
    bool away = true;
    backend.on_create = [&](job asked) -> asio::awaitable<create_answer::any> {
        create_answer::any answer = create_answer::not_delivered{"connect: refused"};
        if (!away)
            answer = create_answer::accepted{"task-" + asked.id};
        co_return answer;
    };
    backend.on_credits = [&]() -> credits_answer::any {
        if (away)
            return credits_answer::transient{"connect: refused"};
        return credits_answer::balance{1000};
    };
    for (int each = 0; each < 40; ++each)
        order("mgen_" + std::to_string(each));
    ASSERT_TRUE(tests::run_until(context, [&] { return backend.asked_for_credits >= 2; }));
    EXPECT_FALSE(under_test->accepts()) << "new jobs wait in the queue";
    const auto tried = backend.created.size();
    EXPECT_LE(tried, 20U) << "those that were under way when it opened, and no more";
    ASSERT_TRUE(tests::run_until(context, [&] { return backend.asked_for_credits >= 3; }));
    EXPECT_EQ(backend.created.size(), tried) << "only what costs nothing finds out whether it is back";

    away = false;
    for (int each = 0; each < 40; ++each)
        EXPECT_TRUE(comes_to("mgen_" + std::to_string(each), job_status::succeeded)) << each;
    EXPECT_TRUE(under_test->accepts());
}

TEST_F(Worker, AnswerThatComesAfterItsLeaseIsPassedOnToTheJob) {
    hold_answers();
    order("mgen_1");
    ASSERT_TRUE(tests::run_until(context, [&] { return backend.created.size() == 1; }));

    // Somebody else took it over meanwhile, and waits for news.
    task_event stolen;
    stolen.job_id = "mgen_1";
    auto taken = tests::await(context, store.summon(stolen, {}, soon()));
    ASSERT_TRUE(taken && taken->held);
    job_state waits = taken->value.state;
    waits.unknown_since = taken->value.as_of;
    ASSERT_TRUE(tests::await(
        context, store.save(*taken->held, taken->value.state, waits, milliseconds{300'000}, {}, soon())));

    answer_comes.cancel();
    EXPECT_TRUE(comes_to("mgen_1", job_status::succeeded));
    EXPECT_EQ(state_of("mgen_1").task_id, "task-mgen_1");
    EXPECT_EQ(backend.created.size(), 1U);
}

TEST_F(Worker, AnswerForAJobThatWasCancelledMeanwhileIsPutOnRecord) {
    hold_answers();
    order("mgen_1");
    ASSERT_TRUE(tests::run_until(context, [&] { return backend.created.size() == 1; }));
    auto ended = tests::await(context, store.cancel(ann, "mgen_1", 0, {}, soon()));
    ASSERT_TRUE(ended && ended->by_this_call);
    under_test->cancelled(ended->value);
    answer_comes.cancel();
    EXPECT_TRUE(tests::run_until(context, [&] { return state_of("mgen_1").task_id == "task-mgen_1"; }));
    EXPECT_EQ(state_of("mgen_1").status, job_status::cancelled);
    EXPECT_EQ(state_of("mgen_1").credits_are, credit_outcome::charged);
    EXPECT_NE(counts.text().find(R"(music_gateway_credits_total{outcome="settled"} 10)"), std::string::npos);
    EXPECT_TRUE(backend.looked_at.empty());
}

}  // namespace

}  // namespace gateway::work
