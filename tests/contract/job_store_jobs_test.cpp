// create, find, list, cancel, and what is forgotten.
#include "tests/contract/job_store_contract.hpp"

#include <algorithm>

namespace contract {

using namespace gateway;
using enum create_outcome::kind;

TEST_P(JobStore, CreatedJobComesBackAsItWasOrdered) {
    auto what = order("mgen_000000000001", {"org/a:{}\n%", std::string{"us\0er", 5}});
    what.request.mode = generation_mode::focus;
    what.request.instrumental = true;
    what.request.lyrics = "la\n\"la\" \xE2\x82\xAC";
    what.request.seed_track_id = "mtrack_1";
    what.request.seed = {"warm", "2718281828", "[Verse]\nla", "m4a"};
    what.request.style_tags = {"lo-fi", ""};
    what.request.title = std::string(200, 't');
    what.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const auto made = create(what);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->what, created);
    const auto found = find(what.owner, what.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, what.id);
    EXPECT_EQ(found->owner, what.owner);
    EXPECT_EQ(found->request, what.request);
    EXPECT_EQ(found->traceparent, what.traceparent);
    EXPECT_EQ(found->state, job_state{});
    EXPECT_EQ(found->created_at, made->stored.created_at);
    EXPECT_GE(found->as_of, found->created_at);
    EXPECT_EQ(made->stored.request, what.request);
}

TEST_P(JobStore, SavedStateComesBackInEveryField) {
    const auto held = created_with_lease("mgen_1");
    const store_time when{milliseconds{1'790'000'000'123}};
    job_state next = state(job_status::running, submission::accepted);
    next.progress = 41;
    next.submissions = 2;
    next.setbacks = 3;
    next.faults = 2;
    next.repeats = 1;
    next.lost_looks = 1;
    next.task_id = "task";
    next.clip_id = std::string(300, 'c');
    next.typical = milliseconds{40'000};
    next.first_tried_at = when;
    next.accepted_at = when + milliseconds{1};
    next.unknown_since = when + milliseconds{2};
    next.music_ready_at = when + milliseconds{3};
    next.audio_url = "https://cdn.example/" + std::string(200, 'a');
    next.error_message = "broken \xFF bytes and \"quotes\"";
    next.refusal_reason = std::string{"zero\0inside", 11};
    next.audio = stored_audio{"m4a", "audio/mp4", 123'456'789'012, 31.415};
    next.credits = 10;
    next.credits_are = credit_outcome::charged;
    next.seed_number = "2718281828";
    next.call = 3;
    next.replacing = true;
    next.clips = {{"task-1", "m4a", 60.25}, {"task \"2\"", "wav", 0.1}};
    next.clips_planned = 4;
    next.mastering = true;
    next.earlier_credits = 21;
    next.lyrics_asked = true;
    next.written_lyrics = "[Verse]\n" + std::string(3'000, 'l');
    ASSERT_TRUE(save(held, next, milliseconds{1000}));
    EXPECT_EQ(find("mgen_1")->state, next);

    next.audio = stored_audio{};
    next.clip_id.clear();
    next.unknown_since.reset();
    next.audio_url.clear();
    ASSERT_TRUE(save(held, next, milliseconds{1000}));
    EXPECT_EQ(find("mgen_1")->state, next);
}

TEST_P(JobStore, TakenIdIsRefusedAndWritesNothing) {
    created_with_lease("mgen_1");
    auto second = order("mgen_1", {"org_b", "usr_bob"});
    second.key = claim_on("k");
    const auto refused = create(second);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->what, id_taken);
    EXPECT_EQ(find("mgen_1")->owner, ann);
    EXPECT_EQ(find_replay(second.owner, *second.key).error(), errc::not_found);
    EXPECT_TRUE(list(second.owner)->empty());
}

TEST_P(JobStore, UnknownIdIsNotFound) {
    EXPECT_EQ(find("mgen_none").error(), errc::not_found);
    EXPECT_EQ(cancel("mgen_none").error(), errc::not_found);
}

TEST_P(JobStore, AnotherOwnersJobIsNotFound) {
    created_with_lease("mgen_1");
    const std::vector<job_owner> others{{"org_b", "usr_ann"}, {"org_a", "usr_bob"}, {"", ""}};
    for (const job_owner& other : others) {
        EXPECT_EQ(find(other, "mgen_1").error(), errc::not_found);
        EXPECT_EQ(run(store().cancel(other, "mgen_1", 0, limits, soon())).error(), errc::not_found);
        EXPECT_TRUE(list(other)->empty());
    }
    EXPECT_EQ(find("mgen_1")->state.status, job_status::queued);
}

TEST_P(JobStore, OwnersWhoseNamesRunTogetherAreKeptApart) {
    const std::vector<job_owner> owners{{"a", "b/c"},  {"a/b", "c"},  {"a:b", "c"}, {"a", "b:c"},
                                        {"1:a", "b"},  {"", "1:a:b"}, {"{x}", "y"}, {"a%2Fb", "c"},
                                        {"a:1:b", ""}, {"a", ":1:b"}};
    for (std::size_t each = 0; each < owners.size(); ++each) {
        auto what = order("mgen_" + std::to_string(each), owners[each]);
        what.key = claim_on("same");
        EXPECT_EQ(create(what)->what, created) << each;
    }
    for (std::size_t each = 0; each < owners.size(); ++each) {
        const auto mine = list(owners[each]);
        ASSERT_EQ(mine->size(), 1U) << each;
        EXPECT_EQ(mine->front().id, "mgen_" + std::to_string(each));
    }
}

TEST_P(JobStore, ListIsNewestFirstAndPaged) {
    for (int each = 0; each < 25; ++each)
        created_queued("mgen_" + std::to_string(100 + each));
    std::vector<std::string> all = listed_ids();
    ASSERT_EQ(all.size(), 25U);
    EXPECT_EQ(all.front(), "mgen_124");
    EXPECT_TRUE(std::ranges::is_sorted(all, std::greater{}));
    job_filter page;
    page.limit = 10;
    page.offset = 20;
    EXPECT_EQ(listed_ids(page), (std::vector<std::string>{all.begin() + 20, all.end()}));
    page.offset = 5;
    EXPECT_EQ(listed_ids(page), (std::vector<std::string>{all.begin() + 5, all.begin() + 15}));
    page.offset = 25;
    EXPECT_TRUE(listed_ids(page).empty());
    page.offset = 0;
    page.limit = 0;
    EXPECT_TRUE(listed_ids(page).empty());
}

TEST_P(JobStore, ListIsFilteredByStatusAndFollowsIt) {
    limits.max_in_flight = 0;
    created_with_lease("mgen_1");
    const auto second = created_with_lease("mgen_2");
    const auto third = created_with_lease("mgen_3");
    created_with_lease("mgen_4");
    ASSERT_TRUE(save(second, state(job_status::running, submission::accepted), limits.lease));
    ASSERT_TRUE(save(third, ended(job_status::refused), milliseconds{0}));
    ASSERT_TRUE(cancel("mgen_4"));
    const auto with = [this](job_status status) {
        job_filter filter;
        filter.status = status;
        return listed_ids(filter);
    };
    EXPECT_EQ(with(job_status::queued), std::vector<std::string>{"mgen_1"});
    EXPECT_EQ(with(job_status::running), std::vector<std::string>{"mgen_2"});
    EXPECT_EQ(with(job_status::refused), std::vector<std::string>{"mgen_3"});
    EXPECT_EQ(with(job_status::cancelled), std::vector<std::string>{"mgen_4"});
    EXPECT_TRUE(with(job_status::succeeded).empty());
    EXPECT_TRUE(with(job_status::failed).empty());
    EXPECT_EQ(listed_ids().size(), 4U);
}

TEST_P(JobStore, CancelFreezesProgressAndReturnsTheJob) {
    accepted("mgen_1", milliseconds{1000});
    const auto gone = cancel("mgen_1", 37);
    ASSERT_TRUE(gone);
    EXPECT_TRUE(gone->by_this_call);
    EXPECT_EQ(gone->value.state.status, job_status::cancelled);
    EXPECT_EQ(gone->value.state.progress, 37);
    EXPECT_EQ(gone->value.state.task_id, "task_mgen_1");
    EXPECT_EQ(find("mgen_1")->state, gone->value.state);
}

TEST_P(JobStore, TerminalNeverChanges) {
    for (const auto how :
         {job_status::succeeded, job_status::failed, job_status::cancelled, job_status::refused}) {
        const std::string id = "mgen_" + std::string{to_string(how)};
        const auto held = created_with_lease(id);
        ASSERT_TRUE(save(held, ended(how), milliseconds{0}));
        const auto before = find(id)->state;
        const auto again = cancel(id, 99);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->value.state, before);
        EXPECT_FALSE(again->by_this_call);
        EXPECT_EQ(save(held, state(job_status::running, submission::accepted), milliseconds{0}).error(),
                  errc::job_ended);
        for (const auto other : {job_status::succeeded, job_status::failed, job_status::refused})
            if (other != how) {
                EXPECT_EQ(save(held, ended(other), milliseconds{0}).error(), errc::job_ended);
            }
        EXPECT_EQ(renew(held, milliseconds{1000}).error(), errc::job_ended);
        EXPECT_EQ(find(id)->state, before);
    }
    EXPECT_TRUE(claimed_ids().empty());
}

TEST_P(JobStore, EndThatIsWrittenAgainByItsWriterIsWritten) {
    const auto held = submitting("mgen_1");
    ASSERT_TRUE(save(held, ended(), milliseconds{0}));
    const auto before = find("mgen_1")->state;
    EXPECT_TRUE(save(held, ended(), milliseconds{0})) << "the first answer may have been lost";
    EXPECT_EQ(find("mgen_1")->state, before);
    lease stale = held;
    --stale.fence;
    EXPECT_EQ(save(stale, ended(), milliseconds{0}).error(), errc::job_ended);
}

TEST_P(JobStore, TaskIdOfACancelledJobIsPutOnRecordOnce) {
    const auto held = submitting("mgen_1");
    ASSERT_TRUE(cancel("mgen_1", 5));
    auto late = state(job_status::running, submission::accepted);
    late.task_id = "task_late";
    EXPECT_EQ(save(held, late, milliseconds{0}).error(), errc::job_ended);
    auto found = find("mgen_1");
    EXPECT_EQ(found->state.task_id, "task_late");
    EXPECT_EQ(found->state.status, job_status::cancelled);
    EXPECT_EQ(found->state.progress, 5);
    EXPECT_EQ(found->state.step, submission::submitting);
    late.task_id = "another";
    EXPECT_EQ(save(held, late, milliseconds{0}).error(), errc::job_ended);
    EXPECT_EQ(find("mgen_1")->state.task_id, "task_late");
}

TEST_P(JobStore, FinishedJobExpiresWithKeyAndListEntry) {
    limits.retention = milliseconds{60'000};
    auto what = order("mgen_1");
    what.key = claim_on("k");
    const auto made = create(what);
    pass(milliseconds{20'000});
    ASSERT_TRUE(save(*made->first_lease, ended(), milliseconds{0}));
    pass(milliseconds{39'000});
    EXPECT_TRUE(find("mgen_1"));
    EXPECT_TRUE(find_replay(ann, *what.key));
    pass(milliseconds{1'000});
    EXPECT_EQ(find("mgen_1").error(), errc::not_found);
    EXPECT_EQ(find_replay(ann, *what.key).error(), errc::not_found);
    EXPECT_TRUE(listed_ids().empty());
    what.id = "mgen_2";
    EXPECT_EQ(create(what)->what, created);
}

TEST_P(JobStore, CancelledJobExpiresToo) {
    limits.retention = milliseconds{60'000};
    created_queued("mgen_1");
    ASSERT_TRUE(cancel("mgen_1"));
    pass(milliseconds{60'001});
    EXPECT_EQ(find("mgen_1").error(), errc::not_found);
}

TEST_P(JobStore, LiveJobOutlivesItsRetention) {
    limits.retention = milliseconds{60'000};
    const auto first = created_with_lease("mgen_1");
    created_queued("mgen_2");
    ASSERT_TRUE(save(first, ended(), milliseconds{0}));
    pass(milliseconds{120'000});
    EXPECT_TRUE(find("mgen_2"));
    EXPECT_EQ(listed_ids(), std::vector<std::string>{"mgen_2"});
    EXPECT_EQ(claimed_ids(), std::vector<std::string>{"mgen_2"});
}

TEST_P(JobStore, PagesAreFilledUpFromBehindExpiredJobs) {
    limits.max_in_flight = 0;
    created_queued("mgen_live_0");
    limits.retention = milliseconds{60'000};
    for (int each = 0; each < 40; ++each) {
        created_queued("mgen_" + std::to_string(each));
        ASSERT_TRUE(cancel("mgen_" + std::to_string(each)));
    }
    created_queued("mgen_live_1");
    pass(milliseconds{60'001});
    job_filter page;
    page.limit = 2;
    EXPECT_EQ(listed_ids(page), (std::vector<std::string>{"mgen_live_1", "mgen_live_0"}));
    EXPECT_EQ(listed_ids(page), (std::vector<std::string>{"mgen_live_1", "mgen_live_0"}));
}

TEST_P(JobStore, CheckSucceeds) {
    EXPECT_TRUE(run(store().check(soon())));
}

TEST_P(JobStore, PassedDeadlineIsReportedAndWritesNothing) {
    const auto past = deadline::after(std::chrono::seconds{-1});
    EXPECT_EQ(run(store().create(order("mgen_1"), limits, past)).error(), errc::deadline_exceeded);
    EXPECT_EQ(run(store().check(past)).error(), errc::deadline_exceeded);
    EXPECT_EQ(find("mgen_1").error(), errc::not_found);
}

}  // namespace contract
