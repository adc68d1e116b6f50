// Deliveries of webhooks: nothing is believed that was not signed with the job's secret, and what is signed
// is read whatever it holds.
#include "adapters/producer/webhook.hpp"
#include "gateway/runtime/digest.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

namespace {

using namespace adapters::producer;
using fuzz::claim;

constexpr std::string_view job_id{"mgen_0123456789ab"};

const webhook_signer& signer() {
    static const webhook_signer made{"https://m.example", "the gateway's secret"};
    return made;
}

void check_token(std::string_view token) {
    const auto call = signer().call_of(token);
    if (!call)
        return;
    const std::string url = signer().url_of(call->job_id, call->call);
    claim(url.ends_with(std::string{webhook_path}.append(token)),
          "a token of ours is the one that we give out");
}

void check_minted(int number) {
    const std::string url = signer().url_of(job_id, number);
    const auto token = std::string_view{url}.substr(url.find(webhook_path) + webhook_path.size());
    const auto call = signer().call_of(token);
    claim(call && call->job_id == job_id && call->call == number, "what we give out names its call");
}

void check_event(const webhook_delivery& delivery, std::string_view secret, bool is_signed) {
    const auto event = read_webhook(delivery, {std::string{job_id}, 3}, secret);
    if (!event) {
        claim(!is_signed || event.error() == webhook_fault::not_readable || delivery.timestamp.empty() ||
                  delivery.timestamp.find_first_not_of("0123456789") != std::string_view::npos ||
                  delivery.timestamp.size() > 12,
              "what is signed is not refused for its signature");
        return;
    }
    claim(is_signed, "what is not signed is not read");
    claim(event->job_id == job_id && event->call == 3, "an event speaks of the call its address names");
    claim(!event->task_id.empty() && event->task_id.size() <= 255, "an event names a task");
    claim(!event->id.empty() && event->signed_at.has_value(), "an event has an id and a time");
}

}  // namespace

// Token, timestamp, signature and event id on a line each, then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const std::string_view token = in.line();
    check_token(token);
    check_minted(static_cast<int>(token.size() * 37 % 10'000));

    webhook_delivery delivery;
    delivery.timestamp = in.line();
    delivery.signature = in.line();
    delivery.event_id = in.line();
    delivery.body = in.rest();
    const std::string secret = signer().secret_of(job_id);
    const std::string right =
        "sha256=" + gateway::to_hex(gateway::hmac_sha256(
                        secret, std::string{delivery.timestamp}.append(".").append(delivery.body)));
    std::string sent{delivery.signature};
    for (std::size_t at = std::string_view{"sha256="}.size(); at < sent.size();
         ++at)  // digits of either case will do
        if (sent[at] >= 'A' && sent[at] <= 'F')
            sent[at] = static_cast<char>(sent[at] - 'A' + 'a');
    check_event(delivery, secret, sent == right);
    delivery.signature = right;
    check_event(delivery, secret, true);
    return 0;
}
