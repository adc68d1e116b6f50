#pragma once
// Delivers webhooks: a bounded number at a time, each attempt within ten seconds, again after a pause while
// the receiver does not answer 2xx and attempts are left. Every attempt is recorded.

#include "latch.hpp"
#include "schedule.hpp"
#include "task_group.hpp"
#include "webhook_message.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace simulator {

struct webhook_delivery {
    webhook_message message;
    unsigned attempts_left = 1;
    milliseconds retry{500};
    unsigned attempt = 1;
    std::shared_ptr<latch> attempted;  // opened after the first attempt; may be null
};

struct webhook_record {
    std::string event_id;
    std::string task_id;
    std::string event;
    std::string url;
    webhook_mode mode = webhook_mode::once;
    unsigned attempt = 0;
    std::int64_t at_ms = 0;  // Unix time at which the attempt ended
    unsigned status = 0;     // 0: no answer
    std::string error;       // why not
};

class webhook_sender {
public:
    webhook_sender(boost::asio::io_context& context, task_group& running, schedule& later);

    void send(webhook_delivery what);

    const std::deque<webhook_record>& records() const { return records_; }
    std::size_t pending() const { return waiting_.size() + workers_; }

    // Forgets what has not begun, and the records.
    void clear();

private:
    struct outcome {
        unsigned status = 0;
        std::string error;
    };

    boost::asio::awaitable<void> work();
    boost::asio::awaitable<outcome> attempt(const webhook_message& message);
    void settle(webhook_delivery done, outcome result);

    boost::asio::io_context& context_;
    task_group& running_;
    schedule& later_;
    boost::asio::ssl::context tls_;
    std::deque<webhook_delivery> waiting_;
    std::size_t workers_ = 0;
    std::uint64_t generation_ = 0;  // clear() leaves attempts on the wire behind; they must not be recorded
    std::deque<webhook_record> records_;
};

}  // namespace simulator
