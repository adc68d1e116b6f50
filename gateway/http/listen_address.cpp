#include "gateway/http/listen_address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/system_error.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

namespace gateway::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::string_view unix_prefix{"unix:"};

[[noreturn]] void fail(const std::string& address, const std::string& why) {
    throw std::runtime_error("cannot listen on '" + address + "': " + why);
}

// The kernel's own ceiling (net.core.somaxconn) still applies.
constexpr int backlog = 4096;

any_acceptor listen_on(asio::io_context& context, const asio::generic::stream_protocol::endpoint& endpoint,
                       bool reuse) {
    any_acceptor acceptor{context};
    acceptor.open(endpoint.protocol());
    if (reuse)
        acceptor.set_option(asio::socket_base::reuse_address{true});
    acceptor.bind(endpoint);
    acceptor.listen(backlog);
    acceptor.native_non_blocking(true);
    return acceptor;
}

// A file left by a process that was killed has no listener. One that answers belongs to a living process.
void remove_stale_socket(asio::io_context& context, const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0)
        return;
    if (!S_ISSOCK(found.st_mode))
        throw std::runtime_error("a file that is no socket is in the way");
    asio::local::stream_protocol::socket probe{context};
    error_code refused;
    probe.connect(asio::local::stream_protocol::endpoint{path}, refused);
    if (refused != asio::error::connection_refused)
        throw std::runtime_error("another process listens there");
    ::unlink(path.c_str());
}

bound_address bind_unix(asio::io_context& context, const std::string& path) {
    if (path.empty())
        throw std::runtime_error("the path is missing");
    const asio::local::stream_protocol::endpoint endpoint{path};
    remove_stale_socket(context, path);
    return {listen_on(context, endpoint, false), std::string{unix_prefix} + path, path};
}

std::string shown(const asio::ip::tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

bound_address bind_tcp(asio::io_context& context, std::string_view address) {
    const auto colon = address.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size())
        throw std::runtime_error("expected host:port or unix:/path");
    std::string_view host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        throw std::runtime_error("write an IPv6 address in brackets");
    const std::string_view port = address.substr(colon + 1);
    if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos ||
        std::stoi(std::string{port}) > 65535)
        throw std::runtime_error("the port is no number from 0 to 65535");

    asio::ip::tcp::resolver resolver{context};
    const auto flags = asio::ip::resolver_base::passive | asio::ip::resolver_base::numeric_service;
    const auto found = resolver.resolve(std::string{host}, std::string{port}, flags);
    any_acceptor acceptor = listen_on(context, found.begin()->endpoint(), true);
    const auto effective = acceptor.local_endpoint();
    asio::ip::tcp::endpoint endpoint;
    endpoint.resize(effective.size());
    std::copy_n(reinterpret_cast<const char*>(effective.data()), effective.size(),
                reinterpret_cast<char*>(endpoint.data()));
    return {std::move(acceptor), shown(endpoint), {}};
}

}  // namespace

bound_address bind_address(asio::io_context& context, const std::string& address) {
    try {
        if (address.starts_with(unix_prefix))
            return bind_unix(context, address.substr(unix_prefix.size()));
        return bind_tcp(context, address);
    } catch (const boost::system::system_error& failure) {
        fail(address, failure.code().message());
    } catch (const std::runtime_error& failure) {
        fail(address, failure.what());
    }
}

}  // namespace gateway::http
