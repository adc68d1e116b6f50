#include "adapters/producer/webhook.hpp"

#include "gateway/runtime/digest.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <charconv>

namespace adapters::producer {

namespace json = boost::json;
using gateway::credit_outcome;
using gateway::task_event;

namespace {

constexpr std::string_view job_prefix = "mgen_";
constexpr std::size_t job_digits = 12;
constexpr std::size_t longest_call = 4;  // digits
constexpr std::size_t mac_digits = 32;   // 128 bits of the HMAC: nobody guesses that
constexpr std::string_view signature_scheme = "sha256=";
constexpr std::size_t longest_timestamp = 12;
constexpr std::size_t longest_id = 255;

std::optional<gateway::store_time> time_of(std::string_view text) {
    long long seconds = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.size() > longest_timestamp || failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return gateway::store_time{std::chrono::seconds{seconds}};
}

bool is_signed_with(std::string_view secret, const webhook_delivery& delivery) {
    if (!delivery.signature.starts_with(signature_scheme))
        return false;
    const auto presented = gateway::digest_from_hex(delivery.signature.substr(signature_scheme.size()));
    if (!presented)
        return false;
    std::string signed_bytes;
    signed_bytes.reserve(delivery.timestamp.size() + 1 + delivery.body.size());
    signed_bytes.append(delivery.timestamp).append(".").append(delivery.body);
    const auto expected = gateway::hmac_sha256(secret, signed_bytes);
    return gateway::equal_in_constant_time(gateway::to_hex(expected), gateway::to_hex(*presented));
}

std::string text_in(const json::object& from, std::string_view name) {
    const json::value* found = from.if_contains(name);
    return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string{};
}

// "refund_processed" comes with failures; a completed song was paid for (reference/producer-api 8.2).
std::optional<credit_outcome> credits_in(const json::object& body) {
    if (const json::value* refunded = body.if_contains("refund_processed");
        refunded != nullptr && refunded->is_bool())
        return refunded->get_bool() ? credit_outcome::refunded : credit_outcome::charged;
    if (text_in(body, "event").ends_with(".completed"))
        return credit_outcome::charged;
    return std::nullopt;
}

}  // namespace

webhook_signer::webhook_signer(std::string public_url, std::string secret)
    : public_url_{std::move(public_url)}, secret_{std::move(secret)} {
    while (public_url_.ends_with('/'))
        public_url_.pop_back();
}

std::string webhook_signer::mac(std::string_view purpose, std::string_view job_id) const {
    return gateway::to_hex(gateway::hmac_sha256(secret_, std::string{purpose}.append(":").append(job_id)));
}

// The first call's token names the job alone: that is what releases before there were several gave out.
std::string webhook_signer::url_of(std::string_view job_id, int call) const {
    std::string name{job_id};
    if (call > 0)
        name.append(".").append(std::to_string(call));
    std::string url = public_url_;
    url.append(webhook_path).append(std::string_view{name}.substr(job_prefix.size()));
    return url.append("-").append(mac("webhook-url", name).substr(0, mac_digits));
}

std::string webhook_signer::secret_of(std::string_view job_id) const {
    return mac("webhook-secret", job_id);
}

std::optional<announced_call> webhook_signer::call_of(std::string_view token) const {
    const auto dash = token.find('-');
    if (dash == std::string_view::npos || dash < job_digits || dash > job_digits + longest_call + 1 ||
        token.size() != dash + 1 + mac_digits)
        return std::nullopt;
    const std::string name = std::string{job_prefix}.append(token.substr(0, dash));
    const std::string expected = mac("webhook-url", name).substr(0, mac_digits);
    if (!gateway::equal_in_constant_time(token.substr(dash + 1), expected))
        return std::nullopt;
    announced_call named{name.substr(0, job_prefix.size() + job_digits)};
    if (dash > job_digits)  // signed by us, so it is ".<number>"
        std::from_chars(token.data() + job_digits + 1, token.data() + dash, named.call);
    return named;
}

boost::system::result<task_event, webhook_fault> read_webhook(const webhook_delivery& delivery,
                                                              announced_call of, std::string_view secret) {
    const auto signed_at = time_of(delivery.timestamp);
    if (!signed_at || !is_signed_with(secret, delivery))
        return webhook_fault::wrong_signature;

    boost::system::error_code failure;
    const json::value parsed = json::parse(delivery.body, failure);
    const json::object* body = failure ? nullptr : parsed.if_object();
    if (body == nullptr)
        return webhook_fault::not_readable;
    task_event event;
    event.job_id = std::move(of.job_id);
    event.call = of.call;
    event.task_id = text_in(*body, "task_id");
    if (event.task_id.empty())
        event.task_id = text_in(*body, "taskId");
    if (event.task_id.empty() || event.task_id.size() > longest_id)
        return webhook_fault::not_readable;
    // Without an id of its own, the end of the task is the event: it has but one.
    event.id = delivery.event_id.empty() ? event.task_id + "/" + text_in(*body, "event")
                                         : std::string{delivery.event_id};
    event.signed_at = signed_at;
    event.credits_are = credits_in(*body);
    return event;
}

}  // namespace adapters::producer
