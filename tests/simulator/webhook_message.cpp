#include "webhook_message.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace simulator {

namespace json = boost::json;

namespace {

constexpr std::int64_t stale_by_seconds = 3600;  // receivers allow 300

// Without a secret of the caller's the provider signs with one of its own that the receiver does not know.
constexpr std::string_view own_secret = "a secret that no receiver knows";

std::string hmac_hex(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        hex.push_back(digits[digest[i] >> 4]);
        hex.push_back(digits[digest[i] & 0xF]);
    }
    return hex;
}

webhook_message prepare(const task& about, webhook_mode mode, std::string_view event) {
    webhook_message message;
    message.task_id = about.id;
    message.url = about.asked.webhook_url.value_or("");
    const auto& secret = about.asked.webhook_secret;
    message.secret = secret && !secret->empty() ? *secret : std::string{own_secret};
    message.event_id = "evt_" + random_uuid();
    message.event = event;
    message.mode = mode;
    return message;
}

webhook_message with_body(webhook_message message, const json::object& body) {
    message.body = json::serialize(body);
    if (message.mode == webhook_mode::garbage)
        message.body = "\xEF\xBB\xBF{\"task_id\": \"" + message.task_id + "\", \"event\": <html>\xFF\xFE";
    return message;
}

}  // namespace

webhook_message announce_success(const task& about, webhook_mode mode, const std::string& clips) {
    return with_body(prepare(about, mode, "song.completed"), {{"code", 200},
                                                              {"message", "success"},
                                                              {"task_id", about.id},
                                                              {"platform", "producer"},
                                                              {"event", "song.completed"},
                                                              {"data", json::parse(clips)}});
}

webhook_message announce_failure(const task& about, webhook_mode mode, std::string_view type) {
    return with_body(prepare(about, mode, "song.failed"), {{"type", type},
                                                           {"message", about.message},
                                                           {"refund_processed", about.does->task.refund},
                                                           {"task_id", about.id},
                                                           {"platform", "producer"},
                                                           {"event", "song.failed"}});
}

std::vector<std::pair<std::string, std::string>> signed_headers(const webhook_message& message,
                                                                std::int64_t unix_seconds) {
    if (message.mode == webhook_mode::old_signature)
        return {{"X-Signature", hmac_hex(message.secret, message.body)}};

    if (message.mode == webhook_mode::stale_timestamp)
        unix_seconds -= stale_by_seconds;
    const auto timestamp = std::to_string(unix_seconds);
    const auto key = message.mode == webhook_mode::wrong_signature ? message.secret + "?" : message.secret;
    return {{"X-Webhook-Id", message.event_id},
            {"X-Webhook-Event", message.event},
            {"X-Webhook-Timestamp", timestamp},
            {"X-Webhook-Signature", "sha256=" + hmac_hex(key, timestamp + "." + message.body)},
            {"Idempotency-Key", message.event_id}};
}

}  // namespace simulator
