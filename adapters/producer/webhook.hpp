#pragma once
// Webhooks: the address and the secret that a create call carries, and the reading of what comes back
// (reference/producer-api 8). Pure; webhook_route serves them.
//
// The address ends in a token that names the job and that only we can make, so it is worth as much as an
// answer: it brings home a task whose create call was never answered. The secret is the job's own and is
// derived, so that nothing has to be stored for it.

#include "gateway/domain/task_event.hpp"
#include "gateway/runtime/result.hpp"

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace adapters::producer {

// A paid call of a job: what upstream says under its address speaks of that call and of no other.
struct announced_call {
    std::string job_id;
    int call = 0;  // job_state::call

    bool operator==(const announced_call&) const = default;
};

// Where the client port serves deliveries; the token follows.
inline constexpr std::string_view webhook_path = "/hooks/producer/";

class webhook_signer {
public:
    // `public_url`: where the producer reaches the client port, without a slash at its end; `secret`: of the
    // gateway, the same on every replica.
    webhook_signer(std::string public_url, std::string secret);

    std::string url_of(std::string_view job_id, int call = 0) const;  // for `webhook_url`
    std::string secret_of(std::string_view job_id) const;  // for `webhook_secret`; 64 hexadecimal characters

    // The call that a token names; nothing when it is none of ours.
    std::optional<announced_call> call_of(std::string_view token) const;

private:
    std::string mac(std::string_view purpose, std::string_view job_id) const;

    std::string public_url_;
    std::string secret_;
};

// One delivery, as it came. Header values are empty when they were not sent.
struct webhook_delivery {
    std::string_view timestamp;  // X-Webhook-Timestamp: Unix seconds
    std::string_view signature;  // X-Webhook-Signature: sha256=<hex>
    std::string_view event_id;   // X-Webhook-Id, else Idempotency-Key
    std::string_view body;       // the raw bytes that were signed
};

enum class webhook_fault {
    wrong_signature,  // not signed, or not with the job's secret
    not_readable,     // signed, but no event: not JSON, or without a task id
};

// Verifies the signature over the raw bytes in constant time, then reads. Whether the timestamp is recent
// is left to whoever knows the time (job_store::summon): the event carries it. `secret` is the job's.
boost::system::result<gateway::task_event, webhook_fault> read_webhook(const webhook_delivery& delivery,
                                                                       announced_call of,
                                                                       std::string_view secret);

}  // namespace adapters::producer
