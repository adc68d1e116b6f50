#include "gateway/http/routes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace gateway::http {
namespace {

struct match_case {
    std::string_view pattern;
    std::string_view path;
    bool fits;
    std::vector<std::string> values{};
};

class RouteMatch : public testing::TestWithParam<match_case> {};

TEST_P(RouteMatch, FollowsTheTable) {
    const auto& expected = GetParam();
    const auto found = match(expected.pattern, expected.path);
    ASSERT_EQ(found.has_value(), expected.fits) << expected.pattern << " against " << expected.path;
    if (!found)
        return;
    ASSERT_EQ(found->count, expected.values.size());
    for (std::size_t at = 0; at < expected.values.size(); ++at)
        EXPECT_EQ((*found)[at], expected.values[at]);
}

constexpr std::string_view job{"/v1/music/{organization_id}/generations/{job_id}"};

const match_case cases[]{
    {"/", "/", true},
    {"/", "", false},
    {"/", "/a", false},
    {"/healthz", "/healthz", true},
    {"/healthz", "/healthz/", false},
    {"/healthz", "/Healthz", false},
    {"/healthz", "//healthz", false},
    {"/healthz", "healthz", false},
    {"/healthz", "/health%7A", true},
    {"/healthz", "/health%7", false},
    {"/health%7A", "/healthz", false},  // patterns are not escaped
    {"/healthz", "*", false},
    {job, "/v1/music/org_1/generations/job_2", true, {"org_1", "job_2"}},
    {job, "/v1/music/org_1/generations", false},
    {job, "/v1/music/org_1/generations/", false},
    {job, "/v1/music/org_1/generations/job_2/", false},
    {job, "/v1/music/org_1/generations/job_2/cancel", false},
    {job, "/v1/music//generations/job_2", false},
    {job, "/v2/music/org_1/generations/job_2", false},
    {job, "/v1/music/org%201/generations/job%2f2", true, {"org 1", "job/2"}},
    {job, "/v1/music/%C3%BC/generations/%e2%99%AB", true, {"\xC3\xBC", "\xE2\x99\xAB"}},
    {job, "/v1/music/org%00/generations/job_2", false},
    {job, "/v1/music/org_1/gener%61tions/job_2", true, {"org_1", "job_2"}},
    {job, "/v1/music/org_1/gener%00tions/job_2", false},
    {job, "/v1/music/org_\xFF/generations/job_2", false},
    {job, std::string_view{"/v1/music/org_\0/generations/job_2", 33}, false},
    {job, "/v1/music/org%/generations/job_2", false},
    {job, "/v1/music/org%4/generations/job_2", false},
    {job, "/v1/music/org%4g/generations/job_2", false},
    {job, "/v1/music/org%-1/generations/job_2", false},
    {job, "/v1/music/../generations/job_2", true, {"..", "job_2"}},
    {"/{a}/{b}/{c}/{d}", "/1/2/3/4", true, {"1", "2", "3", "4"}},
    {"/{a}/{b}/{c}/{d}/{e}", "/1/2/3/4/5", false},
};

INSTANTIATE_TEST_SUITE_P(Cases, RouteMatch, testing::ValuesIn(cases));

constexpr std::array<route<int>, 3> table{{
    {method::get, "/jobs/{id}", 1},
    {method::del, "/jobs/{id}", 2},
    {method::post, "/jobs", 3},
}};

TEST(FindRoute, PicksTheLineOfTheMethod) {
    const auto found = find_route<int>(table, method::del, "/jobs/a");
    ASSERT_NE(found.found, nullptr);
    EXPECT_EQ(found.found->handle, 2);
    EXPECT_EQ(found.arguments[0], "a");
}

TEST(FindRoute, ServesHeadByTheLineOfGet) {
    const auto found = find_route<int>(table, method::head, "/jobs/a");
    ASSERT_NE(found.found, nullptr);
    EXPECT_EQ(found.found->handle, 1);
}

TEST(FindRoute, TellsAWrongMethodFromAnUnknownPath) {
    const auto wrong_method = find_route<int>(table, method::put, "/jobs/a");
    EXPECT_EQ(wrong_method.found, nullptr);
    EXPECT_EQ(wrong_method.allow, "GET, HEAD, DELETE");
    const auto unknown = find_route<int>(table, method::put, "/tracks/a");
    EXPECT_EQ(unknown.found, nullptr);
    EXPECT_EQ(unknown.allow, "");
}

}  // namespace
}  // namespace gateway::http
