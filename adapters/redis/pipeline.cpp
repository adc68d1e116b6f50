#include "adapters/redis/pipeline.hpp"

#include "gateway/runtime/deadline.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace adapters::redis {

namespace asio = boost::asio;

pipeline::pipeline(asio::io_context& context)
    : context_{context}, something_to_write_{context, gateway::deadline::never().at()} {}

std::shared_ptr<waiter> pipeline::give(const command& what) {
    const auto mine = std::make_shared<waiter>(context_);
    what.append_to(unwritten_);
    waiting_.push_back(mine);
    wake_writer();
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
    first->answer = std::move(answer);
    first->done = true;
    first->wake.cancel();
    return true;
}

void pipeline::fail() {
    for (const auto& each : std::exchange(waiting_, {})) {
        each->done = true;  // with store_unavailable
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
