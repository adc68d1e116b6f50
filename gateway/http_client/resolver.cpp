#include "gateway/http_client/resolver.hpp"

#include "gateway/runtime/with_deadline.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <netdb.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gateway::http_client {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_addresses = 16;
constexpr std::size_t longest_queue = 256;

// Between the two threads: the worker fills the answer and signals the descriptor; the waiter watches only
// that. No executor crosses over, so neither side minds when the other is gone.
struct question {
    explicit question(std::string name)
        : host{std::move(name)}, signal{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}
    ~question() {
        if (signal >= 0)
            ::close(signal);
    }
    question(const question&) = delete;
    question& operator=(const question&) = delete;

    void settle(gateway::result<addresses> found) {
        {
            const std::lock_guard hold{guard};
            answer = std::move(found);
        }
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(signal, &one, sizeof one);
    }

    gateway::result<addresses> taken() {
        const std::lock_guard hold{guard};
        return std::move(answer);
    }

    const std::string host;
    const int signal;
    std::mutex guard;
    gateway::result<addresses> answer = boost::system::error_code{asio::error::try_again};
};

boost::system::error_code error_of(int failure) {
    switch (failure) {
        case EAI_NONAME:
#if EAI_NODATA != EAI_NONAME
        case EAI_NODATA:
#endif
            return asio::error::host_not_found;
        case EAI_AGAIN: return asio::error::host_not_found_try_again;
        case EAI_MEMORY: return asio::error::no_memory;
        default: return asio::error::no_recovery;
    }
}

gateway::result<addresses> ask_system(const std::string& host) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    if (const int failure = ::getaddrinfo(host.c_str(), nullptr, &wanted, &first); failure != 0)
        return error_of(failure);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{first, &::freeaddrinfo};
    addresses found;
    for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if ((each->ai_family != AF_INET && each->ai_family != AF_INET6) ||
            each->ai_addrlen > endpoint.capacity())
            continue;
        std::copy_n(reinterpret_cast<const char*>(each->ai_addr), each->ai_addrlen,
                    reinterpret_cast<char*>(endpoint.data()));
        endpoint.resize(each->ai_addrlen);
        found.push_back(endpoint.address());
    }
    return found;
}

asio::awaitable<gateway::result<void>> signalled(asio::posix::stream_descriptor& descriptor) {
    auto [failed] = co_await descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                                   asio::as_tuple(asio::use_awaitable));
    if (failed)
        co_return failed;
    co_return gateway::result<void>{};
}

}  // namespace

struct resolver::shared {
    lookup_function look_up;
    std::mutex guard;
    std::condition_variable changed;
    std::deque<std::weak_ptr<question>> waiting;  // weak: nobody looks up for a waiter who left
    bool stopping = false;

    void work() {
        while (auto next = wait_for_one()) {
            auto found = look_up(next->host);
            if (found && found->empty())
                found = boost::system::error_code{asio::error::host_not_found};
            if (found && found->size() > most_addresses)
                found->resize(most_addresses);
            next->settle(std::move(found));
        }
    }

    // Nothing when the resolver is gone.
    std::shared_ptr<question> wait_for_one() {
        std::unique_lock hold{guard};
        while (true) {
            changed.wait(hold, [this] { return stopping || !waiting.empty(); });
            if (stopping)
                return nullptr;
            auto next = waiting.front().lock();
            waiting.pop_front();
            if (next)
                return next;
        }
    }

    bool enqueue(const std::shared_ptr<question>& next) {
        {
            const std::lock_guard hold{guard};
            std::erase_if(waiting, [](const auto& each) { return each.expired(); });
            if (waiting.size() >= longest_queue)
                return false;
            waiting.push_back(next);
        }
        changed.notify_one();
        return true;
    }
};

resolver::resolver(unsigned threads) : resolver{threads, &ask_system} {}

resolver::resolver(unsigned threads, lookup_function look_up) : shared_{std::make_shared<shared>()} {
    shared_->look_up = std::move(look_up);
    for (unsigned started = 0; started < std::max(threads, 1U); ++started)
        std::thread{[all = shared_] { all->work(); }}.detach();  // may be stuck in getaddrinfo when we leave
}

resolver::~resolver() {
    {
        const std::lock_guard hold{shared_->guard};
        shared_->stopping = true;
    }
    shared_->changed.notify_all();
}

asio::awaitable<gateway::result<addresses>> resolver::resolve(std::string host, gateway::deadline by) {
    boost::system::error_code not_literal;
    const auto literal = asio::ip::make_address(host, not_literal);
    if (!not_literal)
        co_return addresses(1, literal);

    const auto asked = std::make_shared<question>(std::move(host));
    if (asked->signal < 0)
        co_return boost::system::error_code{asio::error::no_descriptors};
    const int mine = ::dup(asked->signal);
    if (mine < 0)
        co_return boost::system::error_code{asio::error::no_descriptors};
    asio::posix::stream_descriptor descriptor{co_await asio::this_coro::executor, mine};
    if (!shared_->enqueue(asked))
        co_return boost::system::error_code{asio::error::try_again};
    auto waiting = signalled(descriptor);
    const auto woken = co_await gateway::with_deadline(std::move(waiting), by);
    if (!woken)
        co_return woken.error();
    co_return asked->taken();
}

}  // namespace gateway::http_client
