#include "gateway/http_client/address_book.hpp"

#include <algorithm>

namespace gateway::http_client {

namespace {

constexpr std::chrono::seconds quiet_after_failure{1};

}  // namespace

bool address_book::must_look(clock::time_point now) const noexcept {
    if (known_.empty())
        return true;
    if (now < quiet_until_)
        return false;
    return doubtful_ || now - learned_at_ > greatest_age;
}

bool address_book::should_look(clock::time_point now) const noexcept {
    if (now < quiet_until_)
        return false;
    return known_.empty() || doubtful_ || now - learned_at_ >= refresh_age;
}

void address_book::learned(addresses found, clock::time_point now) {
    known_ = std::move(found);
    learned_at_ = now;
    quiet_until_ = {};
    doubtful_ = false;
    connected(works_);
}

void address_book::lookup_failed(clock::time_point now) noexcept {
    quiet_until_ = now + quiet_after_failure;
}

void address_book::connected(const boost::asio::ip::address& address) {
    const auto found = std::find(known_.begin(), known_.end(), address);
    if (found == known_.end())
        return;
    works_ = address;
    std::rotate(known_.begin(), found, found + 1);
}

}  // namespace gateway::http_client
