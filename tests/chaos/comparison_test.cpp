// A checker that finds nothing is worth nothing: each way in which the ledgers can differ is found.
#include "tests/chaos/comparison.hpp"

#include "tests/chaos/audit.hpp"
#include "tests/chaos/poll_pace.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace {

using namespace chaos;

class Comparison : public testing::Test {
protected:
    Comparison() {
        books.emplace_back();
        add("fine", "succeeded");
    }

    // An order that went as its kind goes, noted in all three ledgers.
    order& add(const std::string& kind, const std::string& status, const std::string& message = "") {
        order& fresh = books.front().emplace_back();
        const std::string number = std::to_string(books.front().size());
        fresh.prompt = "piece " + number + " [" + kind + "]";
        fresh.key = "key " + number;
        fresh.kind = kind_in(fresh.prompt);
        fresh.by = &customer_;
        fresh.job_ids = {"mgen_" + number};
        fresh.saw("queued", "");
        fresh.saw("running", "");
        fresh.saw(status, R"({"status":")" + status + R"(","error_message":")" + message + R"("})");
        listed.push_back("mgen_" + number);
        upstream[fresh.prompt] = {1, 1, status == "succeeded" ? 1 : 0, {"task"}};
        return fresh;
    }
    order& first() { return books.front().front(); }
    upstream_record& first_upstream() { return upstream[first().prompt]; }

    comparison compared() const { return compare({books, {{"usr", listed}}, upstream}, terms); }
    void expect_difference(const std::string& words) const {
        const auto found = compared();
        ASSERT_EQ(found.differences.size(), 1U);
        EXPECT_NE(found.differences.front().find(words), std::string::npos) << found.differences.front();
    }

    customer customer_{"key", "usr", "org"};
    std::list<order_book> books;
    std::vector<std::string> listed;
    std::map<std::string, upstream_record> upstream;
    comparison_terms terms;
};

const std::string honest = "it could not be confirmed whether it started";
const std::string by_upstream = "The music could not be generated.";

TEST_F(Comparison, AgreesWhenAllWentAsItGoes) {
    add("fails", "failed", by_upstream);
    add("refused", "refused");
    add("cut after", "failed", honest);
    add("slow", "cancelled").cancel_asked = true;
    const auto found = compared();
    EXPECT_TRUE(found.differences.empty()) << found.differences.front();
    EXPECT_EQ(found.totals.promised, 5U);
    EXPECT_EQ(found.totals.succeeded, 1U);
    EXPECT_EQ(found.totals.failed, 1U);
    EXPECT_EQ(found.totals.unknown, 1U);
    EXPECT_EQ(found.totals.refused, 1U);
    EXPECT_EQ(found.totals.cancelled, 1U);
    EXPECT_EQ(found.totals.tasks, 5U);
    EXPECT_EQ(found.totals.lost + found.totals.twice, 0U);
}

TEST_F(Comparison, FindsAJobThatNeverEnded) {
    first().seen.pop_back();
    expect_difference("never ended");
    EXPECT_EQ(compared().totals.lost, 1U);
}

TEST_F(Comparison, FindsAJobThatWasAnswered404) {
    first().missing = true;
    expect_difference("answered 404");
    EXPECT_EQ(compared().totals.lost, 1U);
}

TEST_F(Comparison, FindsAJobThatIsInNoList) {
    listed.clear();
    expect_difference("not in its owner's list");
    EXPECT_EQ(compared().totals.lost, 1U);
}

TEST_F(Comparison, FindsAJobThatIsListedTwice) {
    listed.push_back(listed.front());
    expect_difference("in the list 2 times");
}

TEST_F(Comparison, FindsAJobThatNobodyWasPromised) {
    listed.emplace_back("mgen_stranger");
    expect_difference("nobody was promised");
}

TEST_F(Comparison, FindsTwoJobsOfOneKey) {
    first().job_ids.insert("mgen_other");
    listed.emplace_back("mgen_other");
    expect_difference("several jobs");
    EXPECT_EQ(compared().totals.twice, 1U);
}

TEST_F(Comparison, FindsASecondTask) {
    first_upstream() = {2, 2, 1, {}};
    expect_difference("more than once");
    EXPECT_EQ(compared().totals.twice, 1U);
}

TEST_F(Comparison, FindsASecondCallThatMadeNoTask) {
    first_upstream().received = 2;
    expect_difference("sent upstream again");
}

TEST_F(Comparison, AllowsASecondCallWhereItsAnswerAsksForOne) {
    order& again = add("json 502", "succeeded");
    upstream[again.prompt].received = 2;
    EXPECT_TRUE(compared().differences.empty());
}

TEST_F(Comparison, AllowsAFailureOnlyAfterEnoughTries) {
    order& again = add("json 502", "failed", by_upstream);
    upstream[again.prompt] = {6, 0, 0, {}};
    EXPECT_TRUE(compared().differences.empty());
    upstream[again.prompt] = {3, 0, 0, {}};
    expect_difference("ended 'failed by upstream'");
}

TEST_F(Comparison, AllowsTwoTasksOfAJobThatMayBeResubmitted) {
    first_upstream() = {2, 2, 2, {}};
    terms.most_tasks = 2;
    EXPECT_TRUE(compared().differences.empty());
}

TEST_F(Comparison, FindsASuccessWithoutATask) {
    first_upstream().succeeded = 0;
    expect_difference("upstream has 0 finished tasks");
}

TEST_F(Comparison, FindsASuccessWithoutAudio) {
    first().audio = 206;
    EXPECT_TRUE(compared().differences.empty());
    first().audio = 404;
    expect_difference("audio can't be had: HTTP 404");
}

TEST_F(Comparison, FindsATerminalJobThatChanged) {
    first().saw("succeeded", R"({"status":"succeeded","progress":99})");
    expect_difference("changed afterwards");
}

TEST_F(Comparison, FindsAJobThatWentBack) {
    order& back = add("slow", "succeeded");
    back.seen.insert(back.seen.begin() + 2, {{}, "queued", ""});
    expect_difference("went back from running to queued");
}

TEST_F(Comparison, FindsAnEndThatUpstreamDidNotLeadTo) {
    add("slow", "failed", by_upstream);
    expect_difference("ended 'failed by upstream'");
}

TEST_F(Comparison, FindsAnEndThatNobodyAskedFor) {
    add("slow", "cancelled");
    expect_difference("nobody asked");
}

TEST_F(Comparison, AllowsALostAnswerOnlyWhereTroubleMayHaveTakenIt) {
    add("slow", "failed", honest);
    EXPECT_TRUE(compared().differences.empty());
    terms.unknown_for_any = false;
    expect_difference("ended 'failed, outcome unknown'");
}

TEST_F(Comparison, FindsALostAnswerToACallThatWasNeverMade) {
    terms.unknown_for_any = false;
    order& never = add("cut before", "failed", honest);
    upstream[never.prompt] = {0, 0, 0, {}};
    expect_difference("exactly 1 times");
}

TEST_F(Comparison, FindsAMessageThatSaysItWasNotRepeated) {
    terms.most_tasks = 2;
    order& twice = add("cut after", "failed", honest + ". It was not repeated.");
    upstream[twice.prompt] = {2, 2, 0, {}};
    expect_difference("says that it was not repeated");
}

TEST_F(Comparison, WithWebhooksALostAnswerToAMadeTaskIsNoExcuse) {
    terms.webhooks = true;
    terms.unknown_for_any = false;
    add("cut before", "failed", honest);
    EXPECT_TRUE(compared().differences.empty());
    add("cut after", "failed", honest);
    expect_difference("where upstream leads to 'succeeded'");
}

TEST_F(Comparison, FindsACreateThatWasNeverAnsweredAndBegunAllTheSame) {
    first().job_ids.clear();
    listed.clear();
    expect_difference("never answered");
    EXPECT_EQ(compared().totals.given_up, 1U);
}

TEST_F(Comparison, FindsWhatNobodyOrdered) {
    upstream["a stranger's piece"] = {1, 1, 1, {}};
    expect_difference("nobody ordered");
}

TEST_F(Comparison, FindsAnAnswerThatNoRuleAllows) {
    first().oddities.emplace_back("get answered HTTP 500");
    expect_difference("HTTP 500");
}

TEST_F(Comparison, CountsWhatTheStoreItselfMayLose) {
    terms.store_may_lose = true;
    listed.clear();
    first_upstream() = {2, 2, 2, {}};
    EXPECT_TRUE(compared().differences.empty());
    EXPECT_EQ(compared().totals.lost, 1U);
    EXPECT_EQ(compared().totals.twice, 1U);
    first().oddities.emplace_back("get answered HTTP 500");
    expect_difference("HTTP 500");
}

TEST_F(Comparison, AllowsAnEarlierStateOnlyWhereAnOlderCopyMayHaveTakenOver) {
    order& back = add("slow", "succeeded");
    back.seen.insert(back.seen.begin() + 2, {{}, "queued", ""});
    terms.store_may_go_back = true;
    EXPECT_TRUE(compared().differences.empty());
    listed.clear();
    EXPECT_EQ(compared().differences.size(), 2U) << "nothing may be lost all the same";
}

boost::json::object simulator_with(const std::string& polls, const std::string& times) {
    return boost::json::parse(R"({"polls": )" + polls + R"(, "max_polls_per_second": 100, "tasks": [
        {"polls": )" + polls + R"(, "created_ms": 100000, )" +
                              times + "}]}")
        .as_object();
}

constexpr poll_terms schedule{milliseconds{1'000}, milliseconds{500}, milliseconds{700}, 100};

TEST(PollPace, AgreesWithAScheduleThatWasKept) {
    const auto kept =
        simulator_with("3", R"("first_poll_ms": 101000, "last_poll_ms": 102000, "finished_ms": 101600)");
    const auto found = check_polls(kept, schedule);
    EXPECT_TRUE(found.differences.empty());
    EXPECT_EQ(found.slowest, milliseconds{400});
}

TEST(PollPace, FindsPollsThatAreTooEarlyTooManyTooLate) {
    for (const char* times : {R"("first_poll_ms": 100500, "last_poll_ms": 102000, "finished_ms": null)",
                              R"("first_poll_ms": 101000, "last_poll_ms": 101500, "finished_ms": null)",
                              R"("first_poll_ms": 101000, "last_poll_ms": 103000, "finished_ms": 101600)"}) {
        EXPECT_EQ(check_polls(simulator_with("3", times), schedule).differences.size(), 1U) << times;
    }
}

TEST(PollPace, FindsABudgetThatWasExceeded) {
    poll_terms strict = schedule;
    strict.budget = 90;
    const auto kept =
        simulator_with("3", R"("first_poll_ms": 101000, "last_poll_ms": 102000, "finished_ms": 101600)");
    EXPECT_EQ(check_polls(kept, strict).differences.size(), 1U);
}

TEST(UpstreamLedger, AddsUpWhatOnePromptBroughtAbout) {
    const auto state = boost::json::parse(R"({
        "creates_by_key": [{"sound": "a piece [fine], instrumental", "received": 2, "accepted": 1}],
        "tasks": [{"request": {"sound": "a piece [fine], instrumental"}, "task_id": "t1", "state": "succeeded",
                   "result": "success", "polls": 3}]})");
    const auto all = upstream_ledger(state.as_object());
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.at("a piece [fine]").received, 2);
    EXPECT_EQ(all.at("a piece [fine]").accepted, 1);
    EXPECT_EQ(all.at("a piece [fine]").succeeded, 1);
}

TEST(UpstreamMix, EveryKindIsRecognisedInItsPrompt) {
    for (const auto& each : all_kinds())
        EXPECT_EQ(kind_in("piece 1 [" + std::string{each.name} + "]"), &each);
}

TEST(Decisions, TheSameSeedRepeatsThemWhateverElseIsDrawn) {
    decisions one{5};
    decisions other{5};
    other.number(0, 1'000'000);
    EXPECT_EQ(one.about("kills").number(0, 1'000'000), other.about("kills").number(0, 1'000'000));
    EXPECT_NE(one.about("kills").number(0, 1'000'000), one.about("load").number(0, 1'000'000));
}

}  // namespace
