// The examples of the create page (docs.aitronos.com, "Create a music generation job"), as they stand there
// but for the host name. The page's fourth example needs the vendor's SDK, which speaks the same HTTP.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace {

using namespace end_to_end;

constexpr const char* curl_example =
    R"example(curl -X POST "https://api.aitronos.com/v1/music/org_abc123/generations" \
  -H "X-API-Key: $FREDDY_API_KEY" \
  -H "Idempotency-Key: gen-2026-06-28-001" \
  -H "Content-Type: application/json" \
  -d '{
    "engine": "studio",
    "prompt": "Upbeat lo-fi hip-hop with mellow piano and vinyl crackle",
    "duration_seconds": 120,
    "instrumental": true,
    "title": "Late Night Study"
  }'
)example";

constexpr const char* python_example = R"example(import os
import requests

api_key = os.environ["FREDDY_API_KEY"]

response = requests.post(
    "https://api.aitronos.com/v1/music/org_abc123/generations",
    headers={
        "X-API-Key": api_key,
        "Idempotency-Key": "gen-2026-06-28-001",
    },
    json={
        "engine": "studio",
        "prompt": "Upbeat lo-fi hip-hop with mellow piano",
        "duration_seconds": 120,
        "instrumental": True,
    },
)
print(response.json()["id"])
)example";

constexpr const char* javascript_example = R"example(const apiKey = process.env.FREDDY_API_KEY;

const response = await fetch('https://api.aitronos.com/v1/music/org_abc123/generations', {
  method: 'POST',
  headers: {
    'X-API-Key': apiKey,
    'Idempotency-Key': 'gen-2026-06-28-001',
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({
    engine: 'studio',
    prompt: 'Upbeat lo-fi hip-hop with mellow piano',
    duration_seconds: 120,
    instrumental: true,
  }),
});

const job = await response.json();
console.log(job.id, job.status);
)example";

class Examples : public StageOnStore {
protected:
    void SetUp() override { start(); }

    // The example against this gateway; what it printed.
    std::string printed_by(const std::string& runner, const std::string& file, const std::string& example) {
        const std::string host = "https://api.aitronos.com";
        std::string text = example;
        text.replace(text.find(host), host.size(), door_to(gateway->url()));
        // No proxy of the machine's owner may stand between: the addresses are loopback.
        const auto ended =
            run({runner,
                 {folder.write(file, text)},
                 {std::string{"FREDDY_API_KEY="} + raw_keys::alice, "no_proxy=*", "NO_PROXY=*"}});
        EXPECT_EQ(ended.code, 0) << runner << " is needed for this test:\n" << ended.out << ended.err;
        return ended.out;
    }

    void expect_one_job_with(const std::string& id) {
        alice().wait_for(id, "succeeded");
        EXPECT_EQ(alice().list().json().at("jobs").as_array().size(), 1U);
        EXPECT_EQ(simulator->count("creates_received"), 1);
    }
};
ON_BOTH_STORES(Examples);

TEST_P(Examples, CurlPrintsTheDocumentedAnswer) {
    const auto out = printed_by("sh", "example.sh", curl_example);
    const std::regex documented{
        R"re(\{"id":"(mgen_[0-9a-f]{12})","status":"queued","progress":0,"engine":"studio","mode":"creation",)re"
        R"re("created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","result_track_id":null,"error_message":null,)re"
        R"re("refusal_reason":null,"playback_url":null,"track":null\})re"};
    std::smatch found;
    ASSERT_TRUE(std::regex_match(out, found, documented)) << out;
    expect_one_job_with(found[1]);
    EXPECT_EQ(text(alice().job(found[1]).at("track").as_object(), "title"), "Late Night Study");
}

TEST_P(Examples, PythonPrintsTheId) {
    const auto out = printed_by("python3", "example.py", python_example);
    std::smatch found;
    ASSERT_TRUE(std::regex_match(out, found, std::regex{"(mgen_[0-9a-f]{12})\n"})) << out;
    expect_one_job_with(found[1]);
}

TEST_P(Examples, JavascriptPrintsIdAndStatus) {
    const auto out = printed_by("node", "example.mjs", javascript_example);
    std::smatch found;
    ASSERT_TRUE(std::regex_match(out, found, std::regex{"(mgen_[0-9a-f]{12}) queued\n"})) << out;
    expect_one_job_with(found[1]);
}

TEST_P(Examples, AllThreeShareOneKeyAndSoOneJob) {
    const auto first = printed_by("python3", "example.py", python_example);
    const auto second = printed_by("python3", "example.py", python_example);
    const auto third = printed_by("node", "example.mjs", javascript_example);
    EXPECT_EQ(first, second);
    EXPECT_EQ(third.substr(0, third.find(' ')) + "\n", first);
    EXPECT_NE(printed_by("sh", "example.sh", curl_example).find(first.substr(0, first.size() - 1)),
              std::string::npos);
    expect_one_job_with(first.substr(0, first.size() - 1));
}

}  // namespace
