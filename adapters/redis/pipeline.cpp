#include "adapters/redis/pipeline.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::deadline;

// A suspended coroutine owns what it waits with, and is owned by it. When the context ends before any reply,
// this service cuts that circle, as Asio's own services do for their operations.
class pipelines final : public asio::execution_context::service {
public:
    using key_type = pipelines;
    static inline asio::execution_context::id id;

    explicit pipelines(asio::execution_context& context) : service{context} {}
    void add(pipeline* each) { all_.push_back(each); }
    void remove(pipeline* each) noexcept { std::erase(all_, each); }

private:
    void shutdown() override {
        std::vector<std::unique_ptr<resumption>> abandoned;
        for (pipeline* each : all_)
            std::ranges::move(each->abandon(), std::back_inserter(abandoned));
        abandoned.clear();  // may destroy pipelines
    }

    std::vector<pipeline*> all_;
};

void waiter::finish_later(end how, asio::io_context& context) {
    if (auto resume = finish(how))
        asio::post(context, [resume = std::move(resume)] { (*resume)(); });
}

pipeline::pipeline(asio::io_context& context)
    : context_{context},
      something_to_write_{context, deadline::never().at()},
      overdue_{context, deadline::never().at()} {
    asio::use_service<pipelines>(context_).add(this);
}

pipeline::~pipeline() {
    asio::use_service<pipelines>(context_).remove(this);
}

std::vector<std::unique_ptr<resumption>> pipeline::abandon() {
    std::vector<std::unique_ptr<resumption>> suspended;
    for (const auto& each : waiting_)
        if (each->is_suspended())
            suspended.push_back(each->finish(waiter::end::failed));
    return suspended;
}

std::shared_ptr<waiter> pipeline::give(std::span<const command> together) {
    const auto mine = std::make_shared<waiter>(together.size());
    for (const command& each : together) {
        each.append_to(unwritten_);
        waiting_.push_back(mine);
    }
    return mine;
}

asio::awaitable<void> pipeline::ended(std::shared_ptr<waiter> mine, deadline by) {
    if (mine->how() != waiter::end::none)
        co_return;
    if (by.at() < overdue_.expiry())
        overdue_.expires_at(by.at());  // wakes end_overdue(), which goes on with this
    // Holds nothing that has to be destroyed: g++ 12 does that twice to temporaries of a co_await.
    const auto suspend = [who = mine.get(), by, where = &context_](auto handler) {
        who->suspend(std::move(handler), by, *where);
    };
    co_await asio::async_initiate<const asio::deferred_t, void()>(suspend, asio::deferred);
}

void pipeline::written(std::size_t bytes) {
    unwritten_.erase(0, bytes);
}

bool pipeline::deliver(reply answer) {
    if (waiting_.empty())
        return false;
    if (waiting_.front()->take(std::move(answer)))
        answered_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    return true;
}

void pipeline::resume_answered() {
    // Who goes on may give commands, cut the link, or be the last to hold it; nothing of this object is
    // touched meanwhile.
    for (const auto& each : std::exchange(answered_, {}))
        if (const auto resume = each->finish(waiter::end::answered))
            (*resume)();
}

void pipeline::fail() {
    for (const auto& each : std::exchange(waiting_, {}))
        each->finish_later(waiter::end::failed, context_);
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

asio::awaitable<void> pipeline::end_overdue() {
    boost::system::error_code woken;
    co_await overdue_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (woken)
        co_return;  // an earlier deadline, or the end
    auto next = deadline::never().at();
    for (const auto& each : std::vector(waiting_.begin(), waiting_.end())) {
        if (!each->is_suspended())
            continue;
        if (each->by().passed())
            each->finish_later(waiter::end::overdue, context_);
        else
            next = std::min(next, each->by().at());
    }
    overdue_.expires_at(next);
}

void pipeline::wake_all() {
    something_to_write_.cancel();
    overdue_.cancel();
}

}  // namespace adapters::redis
