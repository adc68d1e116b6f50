// The head of the page: what an operator reads of gates, counts and engines.
#include "gateway/console/overview.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

namespace {

using namespace gateway;
using namespace gateway::console;
namespace json = boost::json;

std::vector<engine> two_engines() {
    engine studio;
    studio.engine_key = "studio";
    studio.display_name = "Studio";
    studio.model = "FUZZ-2.0";
    engine hall = studio;
    hall.engine_key = "hall";
    return {studio, hall};
}

json::value gate_named(const json::object& overview, std::string_view name) {
    for (const json::value& each : overview.at("gates").as_array())
        if (each.at("name") == json::value(name))
            return each;
    ADD_FAILURE() << name;
    return {{"shut", nullptr}, {"text", nullptr}};
}

}  // namespace

TEST(ConsoleOverview, CountsJobsAndSaysWhereTheLimitIs) {
    overview_parts parts;
    parts.jobs = store_overview{.queued = 7,
                                .pausing = 2,
                                .submitting = 1,
                                .running = 3,
                                .oldest_wait = milliseconds{4'200},
                                .look_lag = milliseconds{30}};
    parts.ends = end_counts{.succeeded = 200, .failed = 2, .cancelled = 3, .refused = 4};
    parts.limits.max_in_flight = 5;
    const auto made = overview_of(parts);
    EXPECT_EQ(
        json::serialize(made.at("jobs")),
        R"({"queued":7,"pausing":2,"submitting":1,"running":3,"in_flight":4,"oldest_wait_ms":4200,"look_lag_ms":30})");
    EXPECT_EQ(json::serialize(made.at("ended")),
              R"({"span_seconds":3600,"at_most":200,"succeeded":200,"failed":2,"refused":4,"cancelled":3})");
    EXPECT_EQ(made.at("limits").at("in_flight"), json::value(5));
    EXPECT_EQ(made.at("store").at("reachable"), json::value(true));
}

TEST(ConsoleOverview, LivesOnWithoutTheStore) {
    overview_parts parts;
    parts.store_trouble = "the job store could not be reached";
    const auto engines = two_engines();
    parts.engines = engines;
    const auto made = overview_of(parts);
    EXPECT_TRUE(made.at("jobs").is_null());
    EXPECT_TRUE(made.at("ended").is_null());
    EXPECT_EQ(made.at("store").at("reachable"), json::value(false));
    EXPECT_EQ(made.at("store").at("text"), json::value("the job store could not be reached"));
    EXPECT_EQ(made.at("engines").as_array().size(), 2U);
}

TEST(ConsoleOverview, AllGatesAreOpenWhenNothingIsWrong) {
    const auto made = overview_of({});
    EXPECT_EQ(made.at("gates").as_array().size(), 4U);
    for (const json::value& each : made.at("gates").as_array())
        EXPECT_EQ(each.at("shut"), json::value(false)) << json::serialize(each);
    EXPECT_TRUE(made.at("credits").is_null());
}

TEST(ConsoleOverview, SaysWhichGateIsShutAndForHowLong) {
    overview_parts parts;
    parts.backend.credits_shut_for = milliseconds{61'000};
    parts.backend.access_retry_in = milliseconds{-5};
    parts.backend.access_failures = 3;
    parts.backend.throttled_for = milliseconds{1'500};
    parts.facts.upstream_answers = false;
    const auto made = overview_of(parts);
    for (const auto& [name, words] : std::vector<std::pair<std::string, std::string>>{
             {"credits", "61 s"}, {"access", "3 times"}, {"speed", "2 s"}, {"upstream", "does not answer"}}) {
        const auto gate = gate_named(made, name);
        EXPECT_EQ(gate.at("shut"), json::value(true)) << name;
        EXPECT_NE(std::string_view{gate.at("text").as_string()}.find(words), std::string_view::npos)
            << json::serialize(gate);
    }
    EXPECT_NE(std::string_view{gate_named(made, "access").at("text").as_string()}.find("in 0 s"),
              std::string_view::npos)
        << "a moment that has passed is not negative";
}

TEST(ConsoleOverview, MarksTheEngineThatIsRetiredWithItsModel) {
    overview_parts parts;
    const auto engines = two_engines();
    parts.engines = engines;
    parts.backend.retired = {retirement_key("hall", "FUZZ-2.0"), retirement_key("studio", "FUZZ-1.0")};
    const auto made = overview_of(parts);
    EXPECT_EQ(made.at("engines").at(0).at("retired"), json::value(false)) << "another model was";
    EXPECT_EQ(made.at("engines").at(1).at("retired"), json::value(true));
}
