#pragma once
// Who waits for the replies to commands that were given together.

#include "adapters/redis/reply.hpp"
#include "gateway/runtime/deadline.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace adapters::redis {

// A suspended coroutine. Destroyed without a call, it takes the coroutine with it.
class resumption {
public:
    virtual ~resumption() = default;
    virtual void operator()() = 0;
};

// Shared by the waiting coroutine and the pipeline; whichever is left last lets go of it, so a waiter that
// gives up leaves its commands in their places. Used on the context's own thread.
class waiter : public std::enable_shared_from_this<waiter> {
public:
    enum class end { none, answered, failed, overdue, cancelled };

    explicit waiter(std::size_t replies_to_come) : wanted_{replies_to_come} { answers.reserve(wanted_); }

    // True: it was the last one.
    bool take(reply answer) {
        answers.push_back(std::move(answer));
        return answers.size() == wanted_;
    }

    // The first end counts. Whoever was suspended is handed out, to be resumed; null when nobody was, or not
    // any more.
    std::unique_ptr<resumption> finish(end how) noexcept {
        if (how_ == end::none)
            how_ = how;
        return std::move(suspended_);
    }
    // In a later turn of the loop.
    void finish_later(end how, boost::asio::io_context& context);

    // Completion handler: void().
    template <class Handler>
    void suspend(Handler handler, gateway::deadline by, boost::asio::io_context& context) {
        by_ = by;
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected())
            slot.assign([weak = weak_from_this(), &context](boost::asio::cancellation_type) {
                if (const auto self = weak.lock())
                    self->finish_later(end::cancelled, context);
            });
        suspended_ = std::make_unique<resumption_of<Handler>>(std::move(handler));
    }

    bool is_suspended() const noexcept { return suspended_ != nullptr; }
    end how() const noexcept { return how_; }
    gateway::deadline by() const noexcept { return by_; }  // of whoever is suspended

    std::vector<reply> answers;

private:
    template <class Handler>
    class resumption_of final : public resumption {
    public:
        explicit resumption_of(Handler handler) : handler_{std::move(handler)} {}
        void operator()() override { std::move(handler_)(); }

    private:
        Handler handler_;
    };

    const std::size_t wanted_;
    end how_ = end::none;
    gateway::deadline by_ = gateway::deadline::never();
    std::unique_ptr<resumption> suspended_;
};

}  // namespace adapters::redis
