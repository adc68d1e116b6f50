// The use cases, against a store that does what the test says.
#include "gateway/service/generations.hpp"

#include "tests/unit/service/recording_starter.hpp"
#include "tests/unit/service/run.hpp"
#include "tests/unit/service/scripted_store.hpp"

#include <gtest/gtest.h>

using gateway::deadline;
using gateway::errc;
using gateway::job_owner;
using gateway::job_status;
using namespace gateway::service;

namespace {

gateway::api_key key_of(std::string user, std::optional<int> rate = {}) {
    gateway::api_key key;
    key.user = std::move(user);
    key.requests_per_minute = rate;
    return key;
}

class Generations : public testing::Test {
protected:
    Generations() { rules(on_key_mismatch::return_existing); }

    void rules(on_key_mismatch mismatch) {
        auto made = std::make_shared<policy>(std::vector<gateway::api_key>{}, true);
        gateway::engine studio;
        studio.engine_key = "studio";
        studio.model = "FUZZ-2.0";
        gateway::engine choir = studio;
        choir.engine_key = "choir";
        choir.model = "FUZZ-C";
        made->engines = {studio, choir};
        made->mismatch = mismatch;
        service.use(made);
    }

    static generation_draft draft(const std::string& key = {}, const std::string& prompt = "slow waltz") {
        generation_draft order;
        order.engine.set("studio");
        order.prompt.set(prompt);
        order.duration_seconds.set(120);
        if (!key.empty())
            order.idempotency_key.set(key);
        return order;
    }

    outcome<created_job> create(generation_draft order) { return create(caller, std::move(order)); }
    outcome<created_job> create(const key_entry& who, generation_draft order) {
        return run(service.create(who, "org", std::move(order), "", deadline::never()));
    }

    void shut_credits() {
        gateway::gates shut;
        shut.credits_shut_for = gateway::milliseconds{0};
        gates.update(shut, gate_view::clock::now());
    }

    scripted_store store;
    recording_starter starter;
    gate_view gates;
    generations service{store, starter, gates, nullptr};
    key_entry caller{key_of("usr")};
    const job_owner owner{"org", "usr"};
};

}  // namespace

TEST_F(Generations, AnAcceptedOrderIsStoredThenHandedToItsStarter) {
    const auto made = create(draft());
    ASSERT_TRUE(made);
    EXPECT_FALSE(made->replayed);
    EXPECT_EQ(made->value.state.status, job_status::queued);
    EXPECT_EQ(made->value.owner, owner);
    EXPECT_EQ(made->value.id.size(), 17u);
    EXPECT_TRUE(made->value.id.starts_with("mgen_"));
    EXPECT_EQ(store.calls, std::vector<std::string>{"create"}) << "one round trip";
    EXPECT_EQ(starter.started, std::vector<std::string>{made->value.id});
    EXPECT_EQ(starter.woken, 0);
}

TEST_F(Generations, WithoutAFreeSlotTheStarterIsOnlyWoken) {
    store.gives_lease = false;
    ASSERT_TRUE(create(draft()));
    EXPECT_TRUE(starter.started.empty());
    EXPECT_EQ(starter.woken, 1);
}

TEST_F(Generations, ADrainingProcessStoresForOthers) {
    starter.accepting = false;
    ASSERT_TRUE(create(draft()));
    EXPECT_FALSE(store.orders.at(0).first);
    EXPECT_TRUE(starter.started.empty());
}

TEST_F(Generations, AThrottledBackendQueuesTheOrder) {
    gateway::gates slow;
    slow.throttled_for = gateway::milliseconds{60'000};
    gates.update(slow, gate_view::clock::now());
    ASSERT_TRUE(create(draft()));
    EXPECT_FALSE(store.orders.at(0).first);
}

TEST_F(Generations, ABadOrderNeverReachesTheStore) {
    auto order = draft();
    order.duration_seconds.set(0);
    const auto made = create(std::move(order));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().field, "duration_seconds");
    EXPECT_TRUE(store.calls.empty());
}

TEST_F(Generations, TheSameKeyFindsTheSameJob) {
    const auto first = create(draft("k"));
    const auto second = create(draft("k"));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(second->value.id, first->value.id);
    EXPECT_TRUE(second->replayed);
    EXPECT_EQ(starter.started.size(), 1u);
    EXPECT_EQ(store.jobs.size(), 1u);
}

TEST_F(Generations, ADifferentOrderUnderTheSameKeyIsTheExistingJobOrRefusedAsConfigured) {
    const auto first = create(draft("k"));
    const auto lenient = create(draft("k", "fast polka"));
    ASSERT_TRUE(lenient);
    EXPECT_EQ(lenient->value.id, first->value.id);
    rules(on_key_mismatch::reject);
    const auto strict = create(draft("k", "fast polka"));
    ASSERT_FALSE(strict);
    EXPECT_EQ(strict.error().code, errc::invalid_request);
    EXPECT_EQ(strict.error().field, "idempotency_key");
    EXPECT_TRUE(create(draft("k"))) << "the same order is still a replay";
}

TEST_F(Generations, AReplayIsAnsweredThoughEveryGateIsShut) {
    const key_entry limited{key_of("usr", 1)};
    const auto first = create(limited, draft("k"));
    ASSERT_TRUE(first);
    shut_credits();
    const auto replay = create(limited, draft("k"));
    ASSERT_TRUE(replay);
    EXPECT_TRUE(replay->replayed);
    const auto fresh = create(limited, draft("other"));
    ASSERT_FALSE(fresh);
    EXPECT_EQ(fresh.error().code, errc::rate_limited);
    EXPECT_EQ(create(caller, draft()).error().code, errc::insufficient_credits);
}

TEST_F(Generations, CreatesAreCountedByTheStoreForAllReplicas) {
    const key_entry here{key_of("usr", 2)};
    const key_entry there{key_of("usr", 2)};
    EXPECT_TRUE(create(here, draft()));
    EXPECT_TRUE(create(there, draft()));
    EXPECT_EQ(create(here, draft()).error().code, errc::rate_limited) << "the store says so";
    const auto asked = store.calls.size();
    const auto again = create(here, draft());
    EXPECT_EQ(again.error().code, errc::rate_limited);
    EXPECT_EQ(again.error().retry_after, std::chrono::seconds{30});
    EXPECT_EQ(store.calls.size(), asked) << "now it is known here too";
    EXPECT_TRUE(create(caller, draft())) << "another key";
}

TEST_F(Generations, AShutGateRefusesWithoutAskingTheStore) {
    shut_credits();
    EXPECT_EQ(create(draft()).error().code, errc::insufficient_credits);
    EXPECT_TRUE(store.calls.empty());
}

TEST_F(Generations, WhenTheStoreIsAwayARefusedKeyedOrderSaysSo) {
    shut_credits();
    store.failure = errc::store_unavailable;
    const auto made = create(draft("k"));
    EXPECT_EQ(made.error().code, errc::store_unavailable) << "it may have been a replay";
    EXPECT_TRUE(made.error().retry_after);
}

TEST_F(Generations, AFullQueueIsForNow) {
    store.queue_full = true;
    const auto made = create(draft());
    EXPECT_EQ(made.error().code, errc::queue_full);
    EXPECT_TRUE(made.error().retry_after);
}

TEST_F(Generations, ATakenIdIsReplacedByAnother) {
    store.ids_taken = 2;
    const auto made = create(draft());
    ASSERT_TRUE(made);
    ASSERT_EQ(store.orders.size(), 3u);
    EXPECT_NE(store.orders[0].id, store.orders[1].id);
    EXPECT_EQ(made->value.id, store.orders[2].id);
    store.ids_taken = 100;
    EXPECT_EQ(create(draft()).error().code, errc::internal);
}

TEST_F(Generations, AStoreThatIsAwayIs503AndABrokenOneIs500) {
    for (const errc failure : {errc::store_unavailable, errc::deadline_exceeded}) {
        store.failure = failure;
        EXPECT_EQ(create(draft()).error().code, errc::store_unavailable);
    }
    store.failure = boost::system::errc::make_error_code(boost::system::errc::io_error);
    EXPECT_EQ(create(draft()).error().code, errc::internal);
}

TEST_F(Generations, ASeedLendsItsCharacter) {
    auto& seed = store.put("mgen_seed", owner, job_status::succeeded);
    seed.request.style_tags = {"lo-fi", "calm"};
    auto order = draft();
    order.seed_track_id.set("mtrack_seed");
    const auto made = create(std::move(order));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->value.request.seed.character, "rain on a tin roof, lo-fi, calm");
}

TEST_F(Generations, ASeedLendsItsNumberAndItsWordsWhereThereAreVocals) {
    auto& seed = store.put("mgen_seed", owner, job_status::succeeded);
    seed.request.lyrics = "la la";
    seed.request.instrumental = false;
    seed.state.seed_number = "271828";
    seed.state.audio = gateway::stored_audio{"m4a", "audio/mp4", 10, 60.0};
    auto order = draft();
    order.seed_track_id.set("mtrack_seed");
    order.instrumental.set(false);
    const auto sung = create(order);
    ASSERT_TRUE(sung);
    EXPECT_EQ(sung->value.request.seed.number, "271828");
    EXPECT_EQ(sung->value.request.seed.lyrics, "la la");
    EXPECT_EQ(sung->value.request.seed.extension, "") << "restyled, not continued";
    order.instrumental.set(true);
    const auto played = create(order);
    ASSERT_TRUE(played);
    EXPECT_EQ(played->value.request.seed.lyrics, "");
}

TEST_F(Generations, ASeedMustBeAFinishedTrackOfTheCaller) {
    store.put("mgen_running", owner, job_status::running);
    store.put("mgen_foreign", {"org", "somebody"}, job_status::succeeded);
    for (const char* id : {"mtrack_running", "mtrack_foreign", "mtrack_unknown"}) {
        auto order = draft();
        order.seed_track_id.set(id);
        const auto made = create(std::move(order));
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, errc::not_found);
        EXPECT_EQ(made.error().ids.at(0), std::pair(std::string{"seed_track_id"}, std::string{id}));
    }
    auto order = draft();
    order.seed_track_id.set("song.mp3");
    EXPECT_EQ(create(std::move(order)).error().field, "seed_track_id");
    EXPECT_TRUE(store.orders.empty());
}

TEST_F(Generations, AReplayIsAnsweredThoughItsSeedIsGone) {
    store.put("mgen_seed", owner, job_status::succeeded);
    auto order = draft("k");
    order.seed_track_id.set("mtrack_seed");
    const auto first = create(order);
    store.jobs.erase("mgen_seed");
    const auto replay = create(order);
    ASSERT_TRUE(first && replay);
    EXPECT_EQ(replay->value.id, first->value.id);
}

TEST_F(Generations, UnknownForeignAndOtherOrganizationsJobsLookAlike) {
    store.put("mgen_1", owner, job_status::queued);
    store.put("mgen_2", {"org", "somebody"}, job_status::queued);
    store.put("mgen_3", {"elsewhere", "usr"}, job_status::queued);
    EXPECT_TRUE(run(service.get(caller, "org", "mgen_1", deadline::never())));
    for (const char* id : {"mgen_2", "mgen_3", "mgen_4"}) {
        const auto found = run(service.get(caller, "org", id, deadline::never()));
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, errc::not_found);
        EXPECT_EQ(found.error().explanation, "job_id is unknown or not accessible");
        const auto ended = run(service.cancel(caller, "org", id, deadline::never()));
        EXPECT_EQ(ended.error().code, errc::not_found);
    }
}

TEST_F(Generations, JobWhoseCreationWasNotAnsweredIsRecalled) {
    store.gives_lease = true;
    store.failure = make_error_code(errc::deadline_exceeded);
    EXPECT_FALSE(create(draft()));
    ASSERT_EQ(starter.recalled.size(), 1U);
    EXPECT_EQ(starter.recalled, std::vector<std::string>{store.orders.at(0).id});
    store.failure = {};
    EXPECT_TRUE(create(draft()));
    EXPECT_EQ(starter.recalled.size(), 1U);
}

TEST_F(Generations, CancelFreezesProgressAndTellsTheWorker) {
    auto& running = store.put("mgen_1", owner, job_status::running);
    running.state.progress = 10;
    running.state.typical = gateway::milliseconds{40'000};
    running.state.accepted_at = running.as_of - gateway::milliseconds{20'000};
    const auto ended = run(service.cancel(caller, "org", "mgen_1", deadline::never()));
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->state.status, job_status::cancelled);
    EXPECT_EQ(ended->state.progress, 40);
    EXPECT_EQ(starter.ended_by_clients, std::vector<std::string>{"mgen_1"});
}

TEST_F(Generations, CancelLeavesAnEndedJobAlone) {
    for (const job_status end :
         {job_status::succeeded, job_status::failed, job_status::cancelled, job_status::refused}) {
        store.put("mgen_1", owner, end);
        const auto answer = run(service.cancel(caller, "org", "mgen_1", deadline::never()));
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->state.status, end);
    }
    EXPECT_EQ(std::count(store.calls.begin(), store.calls.end(), "cancel"), 0);
}

TEST_F(Generations, OnlyASucceededJobHasATrack) {
    store.put("mgen_1", owner, job_status::succeeded);
    store.put("mgen_2", owner, job_status::running);
    EXPECT_EQ(run(service.track(caller, "org", "mtrack_1", deadline::never()))->id, "mgen_1");
    for (const char* id : {"mtrack_2", "mtrack_3", "mgen_1", "mtrack_", ""}) {
        const auto found = run(service.track(caller, "org", id, deadline::never()));
        ASSERT_FALSE(found) << id;
        EXPECT_EQ(found.error().code, errc::not_found);
        EXPECT_EQ(found.error().ids.at(0).first, "track_id");
        EXPECT_EQ(found.error().ids.at(0).second, id) << "as the client spelt it, not the job behind it";
    }
}

TEST_F(Generations, RetiredEnginesLeaveTheList) {
    ASSERT_EQ(service.engines().size(), 2u);
    gateway::gates shut;
    shut.retired = {gateway::retirement_key("studio", "FUZZ-2.0")};
    gates.update(shut, gate_view::clock::now());
    ASSERT_EQ(service.engines().size(), 1u);
    EXPECT_EQ(service.engines().front().engine_key, "choir");
    EXPECT_EQ(create(draft()).error().code, errc::engine_retired);
}
