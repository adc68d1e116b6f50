#include "tests/chaos/fault_proxy.hpp"

#include "tests/chaos/proxied_link.hpp"
#include "tests/chaos/proxy_socket.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <future>
#include <list>
#include <system_error>
#include <thread>

namespace chaos {

namespace asio = boost::asio;

class fault_proxy::impl {
public:
    explicit impl(std::uint64_t seed)
        : reservation_{bound_socket(0)}, port_{port_of(reservation_)}, listener_{context_} {
        shared_.random.seed(seed);
        listen();
        thread_ = std::jthread{[this] { context_.run(); }};
    }

    ~impl() {
        on_my_thread([this] {
            listener_.close();
            cut_everything(ending::reset);
        });
        work_.reset();
        thread_.join();
    }

    std::uint16_t port() const noexcept { return port_; }

    // Runs on the proxy's thread, and is over when this returns.
    template <class Function>
    void on_my_thread(Function function) {
        std::promise<void> done;
        asio::post(context_, [&] {
            function();
            done.set_value();
        });
        done.get_future().wait();
    }

    void set(faults now) {
        shared_.now = std::move(now);
        ++shared_.edition;
        if (shared_.now.refuse)
            listener_.close();
        else if (!listener_.is_open())
            listen();
    }

    void cut_everything(ending how) {
        for (const auto& each : links_)
            if (const auto link = each.lock())
                link->cut(how);
    }

    proxied_state& shared() noexcept { return shared_; }

private:
    void listen() {
        owned_descriptor fresh = bound_socket(port_);
        if (::listen(fresh.get(), SOMAXCONN) != 0)
            throw std::system_error{errno, std::generic_category(), "fault proxy: listen"};
        listener_.assign(asio::ip::tcp::v4(), fresh.release());
        asio::co_spawn(context_, accept(), asio::detached);
    }

    // One for each time the listener is opened; ends when it is closed.
    asio::awaitable<void> accept() {
        auto taken = co_await next_connection(listener_);
        while (taken) {
            ++shared_.counts.connections;
            links_.remove_if([](const auto& each) { return each.expired(); });
            auto link = std::make_shared<proxied_link>(shared_, std::move(*taken));
            links_.push_back(link);
            asio::co_spawn(context_, proxied_link::run(std::move(link)), asio::detached);
            taken = co_await next_connection(listener_);
        }
    }

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    proxied_state shared_;
    owned_descriptor reservation_;
    std::uint16_t port_;
    asio::ip::tcp::acceptor listener_;
    std::list<std::weak_ptr<proxied_link>> links_;
    std::jthread thread_;
};

fault_proxy::fault_proxy(std::uint64_t seed) : impl_{std::make_unique<impl>(seed)} {}

fault_proxy::~fault_proxy() = default;

std::uint16_t fault_proxy::port() const noexcept {
    return impl_->port();
}

std::string fault_proxy::url() const {
    return "http://127.0.0.1:" + std::to_string(port());
}

void fault_proxy::forward_to(proxy_target target) {
    impl_->on_my_thread([&] { impl_->shared().target = std::move(target); });
}

void fault_proxy::set(faults now) {
    impl_->on_my_thread([&] { impl_->set(std::move(now)); });
}

void fault_proxy::cut_all(ending how) {
    impl_->on_my_thread([&] { impl_->cut_everything(how); });
}

proxy_counts fault_proxy::counts() const {
    proxy_counts copy;
    impl_->on_my_thread([&] { copy = impl_->shared().counts; });
    return copy;
}

}  // namespace chaos
