#include "tests/support/free_port.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <random>

namespace tests {

namespace {

// Below those that the kernel gives to outgoing connections and to whoever asks for any: one of these would
// soon be somebody else's.
constexpr std::uint16_t first = 20'000, last = 32'767;

bool is_free(std::uint16_t port) {
    using boost::asio::ip::tcp;
    boost::asio::io_context context;
    tcp::acceptor probe{context, tcp::v4()};
    boost::system::error_code taken;
    probe.bind({boost::asio::ip::address_v4::loopback(), port}, taken);
    return !taken;
}

}  // namespace

std::uint16_t free_port() {
    std::random_device random;
    std::uniform_int_distribution<int> any{first, last};
    for (int attempt = 0; attempt < 1'000; ++attempt)
        if (const auto port = static_cast<std::uint16_t>(any(random)); is_free(port))
            return port;
    throw boost::system::system_error{boost::asio::error::address_in_use};
}

}  // namespace tests
