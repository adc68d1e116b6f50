// What operators can ask of any job store: everybody's jobs by age, one of them by its id, how the youngest
// ended.
#include "tests/contract/job_store_contract.hpp"

namespace contract {

namespace {

using namespace gateway;
using ids = std::vector<std::string>;

class JobSurvey : public JobStore {
protected:
    const job_owner bob{"org_b", "usr_bob"};

    job_page page(job_search what = {}) {
        const auto found = run(survey().search(std::move(what), soon()));
        EXPECT_TRUE(found) << found.error().message();
        return found ? *found : job_page{};
    }
    ids found(job_search what = {}) { return ids_in(page(std::move(what))); }
    static ids ids_in(const job_page& from) {
        ids all;
        for (const job& each : from.jobs)
            all.push_back(each.id);
        return all;
    }
    // All pages of that length, one after the other.
    ids paged(int length, job_search what = {}) {
        ids all;
        what.limit = length;
        for (int pages = 0; pages < 1'000; ++pages) {
            const job_page one = page(what);
            EXPECT_LE(one.jobs.size(), static_cast<std::size_t>(length));
            for (const job& each : one.jobs)
                all.push_back(each.id);
            if (one.next.empty())
                return all;
            what.after = one.next;
        }
        ADD_FAILURE() << "the pages have no end";
        return all;
    }
    static job_search of(std::optional<std::string> organization, std::optional<job_status> status = {}) {
        job_search what;
        what.organization = std::move(organization);
        what.status = status;
        return what;
    }
    void end(const lease& held, job_status how) { ASSERT_TRUE(save(held, ended(how), milliseconds{0})); }
    end_counts counts(milliseconds span) {
        const auto counted = run(survey().count_ends(span, soon()));
        EXPECT_TRUE(counted);
        return counted ? *counted : end_counts{};
    }

    // One job of each kind, the oldest first: their ages differ by a second.
    void one_of_each() {
        limits.max_in_flight = 0;
        end(created_with_lease("mgen_failed"), job_status::failed);
        pass(milliseconds{1'000});
        accepted("mgen_running", milliseconds{60'000});
        pass(milliseconds{1'000});
        end(created_with_lease("mgen_done", bob), job_status::succeeded);
        pass(milliseconds{1'000});
        submitting("mgen_submitting");
        pass(milliseconds{1'000});
        created_queued("mgen_cancelled");
        ASSERT_TRUE(cancel("mgen_cancelled", 3));
        pass(milliseconds{1'000});
        end(created_with_lease("mgen_refused"), job_status::refused);
        pass(milliseconds{1'000});
        created_queued("mgen_queued", bob);
    }
};

}  // namespace

TEST_P(JobSurvey, KnowsNothingOfAnEmptyStore) {
    const job_page nothing = page();
    EXPECT_TRUE(nothing.jobs.empty());
    EXPECT_EQ(nothing.next, "");
    EXPECT_TRUE(nothing.complete);
    EXPECT_EQ(counts(std::chrono::hours{1}), end_counts{});
    EXPECT_EQ(run(survey().look_up("mgen_none", soon())).error(), errc::not_found);
}

TEST_P(JobSurvey, ListsEverybodysJobsYoungestFirst) {
    one_of_each();
    EXPECT_EQ(found(), (ids{"mgen_queued", "mgen_refused", "mgen_cancelled", "mgen_submitting", "mgen_done",
                            "mgen_running", "mgen_failed"}));
    EXPECT_TRUE(page().complete);
}

TEST_P(JobSurvey, ShowsWholeJobs) {
    one_of_each();
    for (const job& each : page().jobs) {
        const auto same = find(each.owner, each.id);
        ASSERT_TRUE(same) << each.id;
        EXPECT_EQ(each.state, same->state) << each.id;
        EXPECT_EQ(each.request, same->request) << each.id;
        EXPECT_EQ(each.created_at, same->created_at) << each.id;
        EXPECT_EQ(each.ended_at, same->ended_at) << each.id;
    }
}

TEST_P(JobSurvey, FindsThoseOfOneStatus) {
    one_of_each();
    EXPECT_EQ(found(of({}, job_status::queued)), (ids{"mgen_queued", "mgen_submitting"}));
    EXPECT_EQ(found(of({}, job_status::running)), ids{"mgen_running"});
    EXPECT_EQ(found(of({}, job_status::succeeded)), ids{"mgen_done"});
    EXPECT_EQ(found(of({}, job_status::failed)), ids{"mgen_failed"});
    EXPECT_EQ(found(of({}, job_status::refused)), ids{"mgen_refused"});
    EXPECT_EQ(found(of({}, job_status::cancelled)), ids{"mgen_cancelled"});
}

TEST_P(JobSurvey, FindsThoseOfOneOrganization) {
    one_of_each();
    EXPECT_EQ(found(of("org_b")), (ids{"mgen_queued", "mgen_done"}));
    EXPECT_EQ(found(of("org_b", job_status::succeeded)), ids{"mgen_done"});
    EXPECT_EQ(found(of("org_b", job_status::queued)), ids{"mgen_queued"});
    EXPECT_EQ(found(of("org_a", job_status::succeeded)), ids{});
    EXPECT_EQ(found(of("org_")), ids{}) << "the whole name";
    EXPECT_EQ(found(of("")), ids{});
}

TEST_P(JobSurvey, TellsOrganizationsApartWhateverTheyAreCalled) {
    limits.max_in_flight = 0;
    const std::vector<std::string> organizations{"a b", "a", "b", "a b c", ""};
    const auto id = [](const char* kind, std::size_t number) { return kind + std::to_string(number); };
    for (std::size_t each = 0; each < organizations.size(); ++each)
        end(created_with_lease(id("mgen_done", each), {organizations[each], "u"}), job_status::failed);
    pass(milliseconds{1'000});
    for (std::size_t each = 0; each < organizations.size(); ++each)
        created_queued(id("mgen_queued", each), {organizations[each], "u"});
    for (std::size_t each = 0; each < organizations.size(); ++each)
        EXPECT_EQ(found(of(organizations[each])), (ids{id("mgen_queued", each), id("mgen_done", each)}))
            << organizations[each];
}

TEST_P(JobSurvey, FindsTheFewAmongManyOfAnotherStatus) {
    limits.max_in_flight = 1;
    accepted("mgen_running", milliseconds{60'000});
    pass(milliseconds{1'000});
    for (int each = 0; each < 300; ++each)
        created_queued("mgen_" + std::to_string(each), each % 2 == 0 ? ann : bob);
    for (int each = 0; each < 300; each += 3)
        ASSERT_TRUE(run(
            store().cancel(each % 2 == 0 ? ann : bob, "mgen_" + std::to_string(each), 0, limits, soon())));
    EXPECT_EQ(found(of({}, job_status::running)), ids{"mgen_running"});
    EXPECT_EQ(found(of("org_a", job_status::running)), ids{"mgen_running"});
    EXPECT_EQ(found(of("org_b", job_status::cancelled)).size(), 25U);
    EXPECT_EQ(paged(10, of("org_b", job_status::cancelled)).size(), 50U);
    EXPECT_EQ(paged(10, of("org_b", job_status::queued)).size(), 100U);
    EXPECT_EQ(paged(10).size(), 301U);
}

TEST_P(JobSurvey, PagesShowEachJobOnceInOneOrder) {
    one_of_each();
    const ids all = found();
    for (const int length : {1, 2, 3, 6, 7, 8})
        EXPECT_EQ(paged(length), all) << length;
    EXPECT_EQ(paged(1, of("org_b")), (ids{"mgen_queued", "mgen_done"}));
    EXPECT_EQ(paged(1, of({}, job_status::queued)), (ids{"mgen_queued", "mgen_submitting"}));
}

TEST_P(JobSurvey, PagesGoThroughManyJobsOfSeveralOrganizations) {
    limits.max_in_flight = 7;
    ids all;
    for (int each = 0; each < 120; ++each) {
        const std::string id = "mgen_" + std::to_string(1'000 + each);
        const job_owner owner{"org_" + std::to_string(each % 5), "u"};
        if (each % 3 == 0) {
            created_queued(id, owner);
        } else {
            const auto made = create(order(id, owner));
            ASSERT_TRUE(made);
            if (made->first_lease && each % 3 == 1)
                end(*made->first_lease, each % 2 == 0 ? job_status::succeeded : job_status::failed);
        }
        all.insert(all.begin(), id);
        pass(milliseconds{10});
    }
    EXPECT_EQ(paged(25), all);
    EXPECT_EQ(paged(7), all);
    ids of_one;
    for (const std::string& id : all)
        if (std::stoi(id.substr(5)) % 5 == 2)
            of_one.push_back(id);
    EXPECT_EQ(paged(4, of("org_2")), of_one);
}

TEST_P(JobSurvey, YoungerJobsDoNotShiftThePagesBehind) {
    one_of_each();
    job_search what;
    what.limit = 3;
    const job_page first = page(what);
    created_queued("mgen_younger");
    what.after = first.next;
    EXPECT_EQ(found(what), (ids{"mgen_submitting", "mgen_done", "mgen_running"}));
}

TEST_P(JobSurvey, JobsThatChangeTheirPlaceAreStillFound) {
    limits.max_in_flight = 1;
    const lease first = created_with_lease("mgen_1");
    pass(milliseconds{1'000});
    created_queued("mgen_2");
    EXPECT_EQ(found(of({}, job_status::queued)), (ids{"mgen_2", "mgen_1"}));
    // Sent back with a pause, it stands in no queue for a while.
    ASSERT_TRUE(save(first, waiting(), milliseconds{60'000}));
    EXPECT_EQ(found(of({}, job_status::queued)), (ids{"mgen_2", "mgen_1"}));
    const auto claimed = claim();
    ASSERT_TRUE(claimed);
    end(lease_on(*claimed, "mgen_2"), job_status::failed);
    EXPECT_EQ(found(), (ids{"mgen_2", "mgen_1"}));
    EXPECT_EQ(found(of({}, job_status::failed)), ids{"mgen_2"});
}

TEST_P(JobSurvey, WhatIsNoPlaceOfAPageIsRefused) {
    one_of_each();
    for (const char* after : {"x", "-1", "0", "1e9", " 1", "99999999999999999999999.mgen_1", ".mgen_1"}) {
        job_search what;
        what.after = after;
        EXPECT_EQ(run(survey().search(what, soon())).error(), errc::invalid_request) << after;
    }
}

TEST_P(JobSurvey, ForgottenJobsAreOnNoPage) {
    limits.retention = milliseconds{10'000};
    limits.max_in_flight = 0;
    for (int each = 0; each < 12; ++each)
        end(created_with_lease("mgen_old" + std::to_string(each)), job_status::succeeded);
    pass(milliseconds{5'000});
    end(created_with_lease("mgen_young"), job_status::succeeded);
    pass(milliseconds{5'500});
    EXPECT_EQ(found(), ids{"mgen_young"});
    EXPECT_EQ(paged(1), ids{"mgen_young"});
    EXPECT_EQ(paged(5, of("org_a")), ids{"mgen_young"});
    EXPECT_EQ(run(survey().look_up("mgen_old1", soon())).error(), errc::not_found);
}

TEST_P(JobSurvey, LooksUpAnybodysJob) {
    one_of_each();
    const auto seen = run(survey().look_up("mgen_done", soon()));
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->owner, bob);
    EXPECT_EQ(seen->state.status, job_status::succeeded);
}

TEST_P(JobSurvey, RemembersWhenAJobEnded) {
    limits.max_in_flight = 0;
    const lease held = created_with_lease("mgen_1");
    created_queued("mgen_2");
    created_queued("mgen_3");
    EXPECT_FALSE(find("mgen_1")->ended_at);
    pass(milliseconds{30'000});
    end(held, job_status::failed);
    ASSERT_TRUE(cancel("mgen_2"));
    pass(milliseconds{30'000});
    for (const char* id : {"mgen_1", "mgen_2"}) {
        const auto seen = find(id);
        ASSERT_TRUE(seen && seen->ended_at) << id;
        // Redis's clock does not show the time that passed, but the creation was moved by it.
        const auto age = seen->ended_at.value() - seen->created_at - under_test->unseen();
        const auto expected = milliseconds{30'000} -
                              (under_test->unseen().count() > 0 ? milliseconds{30'000} : milliseconds{0});
        EXPECT_GE(age, expected) << id;
        EXPECT_LT(age, expected + milliseconds{20'000}) << id;
    }
    EXPECT_FALSE(find("mgen_3")->ended_at);
    const auto outcome = cancel("mgen_3");
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->value.ended_at) << "whoever cancels sees it at once";
}

TEST_P(JobSurvey, TheEndIsWrittenOnce) {
    const lease held = created_with_lease("mgen_1");
    end(held, job_status::failed);
    const auto then = find("mgen_1")->ended_at;
    pass(milliseconds{30'000});
    EXPECT_EQ(save(held, ended(job_status::succeeded), milliseconds{0}).error(), errc::job_ended);
    ASSERT_TRUE(cancel("mgen_1"));
    EXPECT_EQ(find("mgen_1")->ended_at, then);
}

TEST_P(JobSurvey, CountsHowTheYoungestEnded) {
    one_of_each();
    EXPECT_EQ(counts(std::chrono::hours{1}),
              (end_counts{.succeeded = 1, .failed = 1, .cancelled = 1, .refused = 1}));
    EXPECT_EQ(counts(milliseconds{3'500}),
              (end_counts{.succeeded = 0, .failed = 0, .cancelled = 1, .refused = 1}))
        << "those created before are left out";
    pass(std::chrono::hours{2});
    EXPECT_EQ(counts(std::chrono::hours{1}), end_counts{});
}

INSTANTIATE_TEST_SUITE_P(Each, JobSurvey, testing::Values(kind::memory, kind::redis), [](const auto& info) {
    return info.param == kind::memory ? std::string{"Memory"} : std::string{"Redis"};
});

}  // namespace contract
