#include "tests/integration/http/test_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

namespace gateway::http::testing {

namespace asio = boost::asio;

bool eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until)
            return false;
        std::this_thread::yield();
    }
    return true;
}

test_server::test_server(server_options options) {
    std::vector<connection_group*> groups;
    for (std::size_t count = 0; count < options.threads; ++count) {
        auto& one = *workers_.emplace_back(std::make_unique<worker>());
        one.group.emplace(one.context, script_, options.settings, counts_, options.tls);
        guards_.emplace_back(asio::make_work_guard(one.context));
        groups.push_back(&*one.group);
    }
    listener_.emplace(workers_.front()->context, options.address, options.settings, groups);
    address_ = listener_->address();
    listener_->start();
    for (auto& each : workers_)
        each->thread = std::thread{[&context = each->context] { context.run(); }};
}

test_server::~test_server() {
    if (!drained_)
        drain(std::chrono::seconds{1}).wait();
    guards_.clear();
    for (auto& each : workers_)
        each->thread.join();
}

void test_server::use(const tls_settings& next) {
    for (auto& each : workers_) {
        std::promise<void> used;
        asio::post(each->context, [&] {
            each->group->use(next);
            used.set_value();
        });
        used.get_future().wait();
    }
}

std::future<bool> test_server::drain(std::chrono::milliseconds patience) {
    drained_ = true;
    return std::async(std::launch::async, [this, patience] { return drain_now(patience); });
}

bool test_server::drain_now(std::chrono::milliseconds patience) {
    asio::co_spawn(workers_.front()->context, listener_->stop(), asio::use_future).get();
    std::vector<std::future<bool>> ends;
    for (auto& each : workers_)
        ends.push_back(asio::co_spawn(each->context, each->group->drain(patience), asio::use_future));
    bool all = true;
    for (auto& each : ends)
        all = each.get() && all;
    return all;
}

}  // namespace gateway::http::testing
