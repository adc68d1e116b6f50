#include "adapters/producer/webhook.hpp"

#include "gateway/runtime/digest.hpp"

#include <gtest/gtest.h>

namespace adapters::producer {

namespace {

using gateway::credit_outcome;

const webhook_signer signer{"https://music.example.com/", "a secret of the gateway's"};
constexpr const char* job_id = "mgen_0123456789ab";

std::string signature_over(const std::string& timestamp, const std::string& body, const std::string& secret) {
    return "sha256=" + gateway::to_hex(gateway::hmac_sha256(secret, timestamp + "." + body));
}

auto read(const std::string& body, const std::string& timestamp = "1790000000",
          const std::string& id = "evt_1") {
    const std::string secret = signer.secret_of(job_id);
    const std::string signature = signature_over(timestamp, body, secret);
    return read_webhook({timestamp, signature, id, body}, {job_id, 2}, secret);
}

TEST(WebhookSigner, AddressEndsInATokenThatNamesTheJob) {
    const std::string url = signer.url_of(job_id);
    const std::string start = "https://music.example.com/hooks/producer/";
    ASSERT_TRUE(url.starts_with(start)) << url;
    EXPECT_EQ(signer.call_of(url.substr(start.size())), (announced_call{job_id, 0}));
}

TEST(WebhookSigner, AddressNamesWhichOfTheJobsCallsItWasGivenTo) {
    const std::string first = signer.url_of(job_id);
    for (const int call : {1, 7, 63}) {
        const std::string url = signer.url_of(job_id, call);
        EXPECT_NE(url, first);
        EXPECT_EQ(signer.call_of(url.substr(url.rfind('/') + 1)), (announced_call{job_id, call})) << url;
    }
    const std::string second = signer.url_of(job_id, 1);
    std::string bent = second.substr(second.rfind('/') + 1);
    bent[bent.find('.') + 1] = '2';
    EXPECT_FALSE(signer.call_of(bent)) << "signed for another call";
}

TEST(WebhookSigner, NobodyElsesTokenNamesAJob) {
    const std::string url = signer.url_of(job_id);
    const std::string token = url.substr(url.rfind('/') + 1);
    const webhook_signer other{"https://music.example.com", "another secret"};
    EXPECT_FALSE(other.call_of(token));
    for (std::size_t at = 0; at < token.size(); ++at) {
        std::string bent = token;
        bent[at] = bent[at] == '0' ? '1' : '0';
        EXPECT_FALSE(signer.call_of(bent)) << bent;
    }
    for (const std::string& wrong : {std::string{}, token + "0", token.substr(1), std::string(45, '-'),
                                     std::string(45, '\0'), std::string{"../../../../etc/passwd"}})
        EXPECT_FALSE(signer.call_of(wrong)) << wrong;
}

TEST(WebhookSigner, SecretIsEachJobsOwnAndNotTheToken) {
    EXPECT_EQ(signer.secret_of(job_id).size(), 64U);
    EXPECT_NE(signer.secret_of(job_id), signer.secret_of("mgen_ba9876543210"));
    EXPECT_EQ(signer.url_of(job_id).find(signer.secret_of(job_id).substr(0, 32)), std::string::npos);
}

TEST(WebhookReader, ReadsWhatWasSignedWithTheJobsSecret) {
    const auto event = read(R"({"task_id": "task-1", "event": "song.completed"})");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->job_id, job_id);
    EXPECT_EQ(event->call, 2);
    EXPECT_EQ(event->task_id, "task-1");
    EXPECT_EQ(event->id, "evt_1");
    EXPECT_EQ(event->signed_at, gateway::store_time{std::chrono::seconds{1'790'000'000}});
    EXPECT_EQ(event->credits_are, credit_outcome::charged);
}

TEST(WebhookReader, ReadsWhatBecameOfTheCredits) {
    struct sample {
        const char* body;
        std::optional<credit_outcome> credits_are;
    };
    for (const auto& [body, credits_are] :
         {sample{R"({"task_id": "t", "event": "song.failed", "refund_processed": true})",
                 credit_outcome::refunded},
          sample{R"({"task_id": "t", "event": "song.failed", "refund_processed": false})",
                 credit_outcome::charged},
          sample{R"({"task_id": "t", "event": "song.failed", "refund_processed": "yes"})", std::nullopt},
          sample{R"({"task_id": "t", "event": "song.failed"})", std::nullopt},
          sample{R"({"task_id": "t"})", std::nullopt}}) {
        const auto event = read(body);
        ASSERT_TRUE(event) << body;
        EXPECT_EQ(event->credits_are, credits_are) << body;
    }
}

TEST(WebhookReader, WithoutAnEventIdTheEndOfTheTaskIsTheEvent) {
    const auto completed = read(R"({"task_id": "t", "event": "song.completed"})", "1790000000", "");
    const auto again = read(R"({"task_id": "t", "event": "song.completed"})", "1790000005", "");
    ASSERT_TRUE(completed && again);
    EXPECT_FALSE(completed->id.empty());
    EXPECT_EQ(completed->id, again->id);
}

TEST(WebhookReader, RefusesWhatIsNotSignedWithTheJobsSecret) {
    const std::string body = R"({"task_id": "task-1"})";
    const std::string secret = signer.secret_of(job_id);
    const std::string good = signature_over("1790000000", body, secret);
    struct sample {
        std::string timestamp, signature, body;
    };
    for (const auto& [timestamp, signature, changed] :
         {sample{"1790000001", good, body}, sample{"1790000000", good, body + " "},
          sample{"1790000000", "", body}, sample{"1790000000", good.substr(7), body},
          sample{"1790000000", "sha256=", body}, sample{"1790000000", "sha1=" + good.substr(7), body},
          sample{"1790000000", good + "00", body}, sample{"", good, body},
          sample{"1790000000", signature_over("1790000000", body, "a secret of the gateway's"), body}}) {
        const auto event = read_webhook({timestamp, signature, "evt", changed}, {job_id, 0}, secret);
        ASSERT_FALSE(event) << timestamp << " " << signature;
        EXPECT_EQ(event.error(), webhook_fault::wrong_signature);
    }
    for (const char* timestamp : {"", "soon", "1790000000.5", " 1790000000", "99999999999999", "0x10"}) {
        const auto signature = signature_over(timestamp, body, secret);
        EXPECT_FALSE(read_webhook({timestamp, signature, "evt", body}, {job_id, 0}, secret)) << timestamp;
    }
}

TEST(WebhookReader, SignedNonsenseIsNoEvent) {
    for (const std::string& body :
         {std::string{}, std::string{"null"}, std::string{"[]"}, std::string{"{"}, std::string{"\xFF\xFE"},
          std::string{R"({"task_id": 7})"}, std::string{R"({"task_id": ""})"},
          std::string{R"({"event": "x"})"}, R"({"task_id": ")" + std::string(300, 't') + R"("})",
          std::string(100'000, '[')}) {
        const auto event = read(body);
        ASSERT_FALSE(event) << body.substr(0, 40);
        EXPECT_EQ(event.error(), webhook_fault::not_readable) << body.substr(0, 40);
    }
}

}  // namespace

}  // namespace adapters::producer
