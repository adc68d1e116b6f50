#include "adapters/memory/gate_book.hpp"

#include <algorithm>
#include <chrono>

namespace adapters::memory {

using namespace gateway;

void gate_book::change(const gate_change& change, store_time now) {
    if (std::holds_alternative<shut_credits>(change)) {
        if (!credits_shut_at_)  // the first refusal counts: the hold is measured from it
            credits_shut_at_ = now;
    } else if (std::holds_alternative<open_credits>(change)) {
        credits_shut_at_.reset();
    } else if (const auto* shut = std::get_if<shut_access>(&change)) {
        access_retry_at_ = now + shut->retry_in;
        ++access_failures_;
    } else if (std::holds_alternative<open_access>(change)) {
        access_retry_at_.reset();
        access_failures_ = 0;
        throttles_ = 0;  // a pause that was asked for is sat out
    } else if (const auto* slower = std::get_if<throttle>(&change)) {
        pause_ends_ = std::max(pause_ends_, now + slower->pause);
        ++throttles_;
    } else if (const auto* retire = std::get_if<retire_engine>(&change)) {
        std::erase_if(retired_, [now](const auto& each) { return each.second <= now; });
        retired_[retire->retirement] = now + retirement_lasts;
    }
}

gates gate_book::as_of(store_time now) const {
    gates seen;
    if (credits_shut_at_)
        seen.credits_shut_for = now - *credits_shut_at_;
    if (access_retry_at_)
        seen.access_retry_in = *access_retry_at_ - now;
    seen.access_failures = access_failures_;
    seen.throttled_for = std::max(milliseconds{0}, pause_ends_ - now);
    seen.throttles = throttles_;
    for (const auto& [retirement, until] : retired_)
        if (until > now)
            seen.retired.push_back(retirement);
    return seen;
}

}  // namespace adapters::memory
