#include "adapters/redis/pipeline.hpp"

#include "gateway/runtime/deadline.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace adapters::redis {

namespace asio = boost::asio;

pipeline::pipeline(asio::io_context& context)
    : context_{context}, something_to_write_{context, gateway::deadline::never().at()} {}

std::shared_ptr<waiter> pipeline::give(std::span<const command> together) {
    const auto mine = std::make_shared<waiter>(context_, together.size());
    for (const command& each : together) {
        each.append_to(unwritten_);
        waiting_.push_back(mine);
    }
    return mine;
}

void pipeline::written(std::size_t bytes) {
    unwritten_.erase(0, bytes);
}

bool pipeline::deliver(reply answer) {
    if (waiting_.empty())
        return false;
    const auto first = std::move(waiting_.front());
    waiting_.pop_front();
    first->answers.push_back(std::move(answer));
    if (first->done())
        first->wake.cancel();
    return true;
}

void pipeline::fail() {
    for (const auto& each : std::exchange(waiting_, {})) {
        each->failed = true;
        each->wake.cancel();
    }
}

void pipeline::clear() {
    unwritten_.clear();
    fail();
}

asio::awaitable<void> pipeline::take_unwritten(std::string& batch) {
    batch.clear();
    if (unwritten_.empty()) {
        boost::system::error_code woken;
        co_await something_to_write_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    batch.swap(unwritten_);
}

}  // namespace adapters::redis
