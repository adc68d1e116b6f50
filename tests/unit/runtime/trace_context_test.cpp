// Which traces are taken from clients, and what is passed on of them.
#include "gateway/runtime/trace_context.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace gateway;

const std::string good{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};

TEST(TraceContext, WhatTheStandardAllowsIsTakenAsItIs) {
    EXPECT_EQ(accepted_traceparent(good), good);
    const std::string unsampled = good.substr(0, 53) + "00";
    EXPECT_EQ(accepted_traceparent(unsampled), unsampled);
}

TEST(TraceContext, NothingUnreadReachesAHeaderOrTheLog) {
    const std::vector<std::string> bad{
        "",
        "00",
        good + "-",
        good + "\r\nX: y",
        good.substr(1),
        "ff" + good.substr(2),
        "0x" + good.substr(2),
        "01" + good.substr(2, 52) + "\r",
        "01" + good.substr(2) + "x",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
        std::string(55, '\0'),
    };
    for (const std::string& each : bad) {
        EXPECT_EQ(accepted_traceparent(each), "") << each;
        EXPECT_EQ(next_traceparent(each), "") << each;
    }
}

TEST(TraceContext, ALaterVersionIsReadAsFarAsItIsUnderstood) {
    EXPECT_EQ(accepted_traceparent("01" + good.substr(2)), good);
    EXPECT_EQ(accepted_traceparent("cc" + good.substr(2) + "-what-the-future-holds"), good);
}

TEST(TraceContext, OnlyTheSampledFlagIsKept) {
    EXPECT_EQ(accepted_traceparent(good.substr(0, 53) + "ff"), good);
    EXPECT_EQ(accepted_traceparent(good.substr(0, 53) + "fe"), good.substr(0, 53) + "00");
}

TEST(TraceContext, TheNextOneKeepsTheTraceAndBeginsASpan) {
    const std::string next = next_traceparent(good);
    ASSERT_EQ(next.size(), good.size());
    EXPECT_EQ(next.substr(0, 36), good.substr(0, 36));
    EXPECT_NE(next.substr(36, 16), good.substr(36, 16));
    EXPECT_EQ(next.substr(52), "-01");
    EXPECT_EQ(accepted_traceparent(next), next);
    EXPECT_NE(next_traceparent(good), next);
}

TEST(TraceContext, TheTraceIdIsReadFromWhatWasAccepted) {
    EXPECT_EQ(trace_id_in(good), "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(trace_id_in(""), "");
}

}  // namespace
