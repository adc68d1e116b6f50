#pragma once
// Things to do later, behind one timer: ends of tasks and deliveries of webhooks. Ten thousand entries cost
// ten thousand nodes of a tree and no more.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>

namespace simulator {

class schedule {
public:
    using clock = std::chrono::steady_clock;

    explicit schedule(boost::asio::io_context& context) : timer_{context} {}

    void at(clock::time_point when, std::function<void()> what);
    void after(clock::duration wait, std::function<void()> what) { at(clock::now() + wait, std::move(what)); }

    // Forgets everything.
    void clear();

private:
    void arm();
    void run_due();

    boost::asio::steady_timer timer_;
    std::multimap<clock::time_point, std::function<void()>> entries_;
};

}  // namespace simulator
