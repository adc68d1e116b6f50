// How often a key may call, and how often keys may be guessed: the real gateway, alone and as one of several.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using namespace end_to_end;

constexpr const char* raw_key = "ak_rated_5be0c7f19d34";
constexpr int rate = 30;

class Rates : public StageOnStore {
protected:
    Rates() {
        keys.push_back(
            {raw_key, "usr_rated", "[org_abc123]", "requests_per_minute: " + std::to_string(rate)});
        // Whoever waits for the limit, it must not be that of jobs in the queue.
        config.set("producer.max_in_flight", "200");
    }
    music_client rated() const { return as(raw_key); }

    // Seconds in which the allowance grew by one and more than that make a count uncertain.
    class stopwatch {
    public:
        int refilled() const {
            const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - since_;
            return static_cast<int>(passed.count() * rate / 60.0) + 1;
        }

    private:
        std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
    };
};
ON_BOTH_STORES(Rates);

int number(const http_reply& of, const std::string& header) {
    const std::string value = of.header(header);
    EXPECT_FALSE(value.empty()) << header << " is missing from a " << of.status;
    return value.empty() ? -1 : std::stoi(value);
}

long long unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void expect_rate_headers(const http_reply& reply) {
    EXPECT_EQ(number(reply, "x-ratelimit-limit"), rate);
    const int left = number(reply, "x-ratelimit-remaining");
    EXPECT_GE(left, 0);
    EXPECT_LE(left, rate);
    EXPECT_GE(number(reply, "x-ratelimit-reset"), unix_now() - 1);
    EXPECT_LE(number(reply, "x-ratelimit-reset"), unix_now() + 62);
    EXPECT_EQ(number(reply, "x-ratelimit-retry-after") > 0, left == 0);
}

TEST_P(Rates, EveryAnswerToAKeyWithARateSaysWhatIsLeftOfIt) {
    start();
    const auto made = rated().create(an_order(), {{"Idempotency-Key", "one"}});
    ASSERT_EQ(made.status, 202) << made.body;
    EXPECT_EQ(number(made, "x-ratelimit-remaining"), rate - 1);
    const auto id = text(made.json().as_object(), "id");
    expect_rate_headers(made);
    expect_rate_headers(rated().create(an_order(), {{"Idempotency-Key", "one"}}));
    expect_rate_headers(rated().create_text("{}"));
    expect_rate_headers(rated().get(id));
    expect_rate_headers(rated().get("mgen_nobodyknows1"));
    expect_rate_headers(rated().list());
    expect_rate_headers(rated().list("?limit=0"));
    expect_rate_headers(rated().engines());
    expect_rate_headers(rated().cancel(id));
    EXPECT_EQ(alice().list().header("x-ratelimit-limit"), "") << "a key without a rate";
}

TEST_P(Rates, CreatesOverTheRateAreToldWhenToComeBackAndAreTakenThen) {
    start();
    stopwatch since;
    int taken = 0;
    http_reply last;
    while ((last = rated().create(an_order())).status == 202)
        ++taken;
    EXPECT_GE(taken, rate);
    EXPECT_LE(taken, rate + since.refilled());
    ASSERT_EQ(last.status, 429) << last.body;
    EXPECT_EQ(text(last.json().at("error").as_object(), "code"), "RATE_LIMIT_EXCEEDED");
    EXPECT_EQ(text(last.json().at("error").as_object(), "type"), "rate_limit_error");
    const int wait = number(last, "retry-after");
    EXPECT_GE(wait, 1);
    EXPECT_LE(wait, 60 / rate);
    EXPECT_EQ(alice().create(an_order()).status, 202) << "one key's rate is no other's";
    EXPECT_EQ(rated().list().status, 200) << "reading has an allowance of its own";
    const auto told = std::chrono::steady_clock::now();
    EXPECT_TRUE(eventually([&] { return rated().create(an_order()).status == 202; }));
    EXPECT_LE(std::chrono::steady_clock::now() - told, std::chrono::seconds{wait + 10});
}

TEST_P(Rates, ReplaysAreAnsweredWhenTheRateIsUsedUp) {
    start();
    const auto id = rated().created(an_order(), {{"Idempotency-Key", "mine"}});
    while (rated().create(an_order()).status == 202) {
    }
    const auto replay = rated().create(an_order(), {{"Idempotency-Key", "mine"}});
    EXPECT_EQ(replay.status, 202);
    EXPECT_EQ(text(replay.json().as_object(), "id"), id);
}

TEST_P(Rates, ReadingWithoutEndIsRefusedToo) {
    start();
    int read = 0;
    stopwatch since;
    http_reply last;
    while ((last = rated().list()).status == 200)
        ++read;
    EXPECT_GE(read, rate);
    EXPECT_LE(read, rate + since.refilled());
    EXPECT_EQ(last.status, 429);
    EXPECT_GE(number(last, "retry-after"), 1);
    EXPECT_EQ(rated().create(an_order()).status, 202) << "and takes nothing from the creates";
}

TEST_P(Rates, GuessingKeysIsAnsweredShortlyAndKnownKeysGoOn) {
    config.set("limits.failed_attempts_per_minute", "5");
    start();
    for (int each = 0; each < 5; ++each)
        EXPECT_EQ(as("ak_guess_" + std::to_string(each)).list().status, 401);
    const auto limited = as("ak_guess_more").list();
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(text(limited.json().at("error").as_object(), "code"), "RATE_LIMIT_EXCEEDED");
    EXPECT_GE(number(limited, "retry-after"), 1);
    EXPECT_EQ(alice().list().status, 200);
    EXPECT_EQ(as(raw_keys::paused).list().status, 401);
}

class RatesOfReplicas : public Rates {};

TEST_P(RatesOfReplicas, TogetherTakeExactlyWhatTheKeyMayCreate) {
    start();
    const auto second = another_gateway("second");
    const std::vector<std::string> urls{gateway->url(), second->url()};
    stopwatch since;
    std::atomic<int> taken{0};
    std::atomic<int> refused{0};
    std::vector<std::jthread> clients;
    for (int client = 0; client < 8; ++client)
        clients.emplace_back([&, client] {
            const music_client here{urls[static_cast<std::size_t>(client) % urls.size()], raw_key};
            for (int each = 0; each < rate; ++each) {
                const int status = here.create(an_order()).status;
                ++(status == 202 ? taken : refused);
                EXPECT_TRUE(status == 202 || status == 429) << status;
            }
        });
    clients.clear();
    EXPECT_GE(taken, rate);
    EXPECT_LE(taken, rate + since.refilled());
    EXPECT_EQ(taken + refused, 8 * rate);
    EXPECT_TRUE(eventually([&] { return simulator->count("creates_accepted") == taken; }));
}

TEST_P(RatesOfReplicas, ARestartForgetsNoCreate) {
    start();
    while (rated().create(an_order()).status == 202) {
    }
    gateway->process().kill();
    restart_gateway();
    stopwatch since;
    int taken = 0;
    while (rated().create(an_order()).status == 202)
        ++taken;
    EXPECT_LE(taken, 5 + since.refilled()) << "what refilled while it was away";
}

INSTANTIATE_TEST_SUITE_P(Store, RatesOfReplicas, testing::Values(store_kind::redis), name_of_store);

}  // namespace
