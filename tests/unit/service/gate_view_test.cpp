// What the gates, as last heard of, do to the next create.
#include "gateway/service/gate_view.hpp"

#include <gtest/gtest.h>

using gateway::engine;
using gateway::errc;
using gateway::gates;
using gateway::service::gate_view;
using namespace std::chrono_literals;

namespace {

const gate_view::clock::time_point start{std::chrono::hours{100}};

engine studio() {
    engine one;
    one.engine_key = "studio";
    one.model = "FUZZ-2.0";
    return one;
}

}  // namespace

TEST(GateView, EverythingIsOpenBeforeTheStoreWasRead) {
    const gate_view view;
    EXPECT_TRUE(view.admit(studio(), start));
    EXPECT_TRUE(view.wide_open(start));
    EXPECT_FALSE(view.is_retired(studio()));
}

TEST(GateView, SpentCreditsRefuseUntilTheyAreBack) {
    gate_view view;
    gates shut;
    shut.credits_shut_for = 0ms;
    view.update(shut, start);
    EXPECT_EQ(view.admit(studio(), start).error().code, errc::insufficient_credits);
    EXPECT_FALSE(view.wide_open(start));
    EXPECT_EQ(view.at(start + 3s).credits_shut_for, 3000ms);
    view.update({}, start + 1s);
    EXPECT_TRUE(view.admit(studio(), start + 1s));
}

TEST(GateView, WhatWasAskedForBeforeAChangeDoesNotUndoIt) {
    gate_view view;
    gates slow;
    slow.throttled_for = 6000ms;
    view.update(slow, start + 5ms);
    view.refresh({}, start, start + 9ms);
    EXPECT_FALSE(view.wide_open(start + 9ms)) << "read before the pause was stored, heard of after it";
    view.refresh({}, start + 6ms, start + 10ms);
    EXPECT_TRUE(view.wide_open(start + 10ms));
}

TEST(GateView, RejectedAccessNamesAWaitThatShrinksAndStaysWithinWhatSdksWait) {
    gate_view view;
    gates shut;
    shut.access_retry_in = 20'500ms;
    view.update(shut, start);
    const auto refused = view.admit(studio(), start);
    EXPECT_EQ(refused.error().code, errc::backend_unavailable);
    EXPECT_EQ(refused.error().retry_after, 21s);
    EXPECT_EQ(view.admit(studio(), start + 10s).error().retry_after, 11s);
    EXPECT_EQ(view.admit(studio(), start + 1h).error().retry_after, 1s);
    shut.access_retry_in = 3'600'000ms;
    view.update(shut, start);
    EXPECT_EQ(view.admit(studio(), start).error().retry_after, 30s);
}

TEST(GateView, ARetiredEngineIsRefusedWithItsModelOnly) {
    gate_view view;
    gates shut;
    shut.retired = {gateway::retirement_key("studio", "FUZZ-2.0")};
    view.update(shut, start);
    EXPECT_EQ(view.admit(studio(), start).error().code, errc::engine_retired);
    EXPECT_TRUE(view.is_retired(studio()));
    EXPECT_TRUE(view.wide_open(start)) << "other engines go on";
    engine newer = studio();
    newer.model = "FUZZ-3.0";
    EXPECT_TRUE(view.admit(newer, start));
    EXPECT_FALSE(view.is_retired(newer));
}

TEST(GateView, AThrottledBackendStillAcceptsOrdersButStartsNone) {
    gate_view view;
    gates slow;
    slow.throttled_for = 5'000ms;
    view.update(slow, start);
    EXPECT_TRUE(view.admit(studio(), start));
    EXPECT_FALSE(view.wide_open(start + 4999ms));
    EXPECT_TRUE(view.wide_open(start + 5s));
    EXPECT_EQ(view.at(start + 2s).throttled_for, 3000ms);
    EXPECT_EQ(view.at(start + 9s).throttled_for, 0ms);
}
