#include "tests/integration/http/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace gateway::http::testing {

namespace {

int connect_unix(const std::string& path) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::strncpy(to.sun_path, path.c_str(), sizeof to.sun_path - 1);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(descriptor, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error(std::string{"connect: "} + std::strerror(errno));
    return descriptor;
}

int connect_tcp(const std::string& address, int receive_buffer, const std::string& from) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    const auto colon = address.rfind(':');
    inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0)
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    if (!from.empty()) {
        const int on = 1;  // the port is chosen by connect(): as many connections as there are pairs of ports
        ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        sockaddr_in own{};
        own.sin_family = AF_INET;
        inet_pton(AF_INET, from.c_str(), &own.sin_addr);
        if (::bind(descriptor, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0)
            throw std::runtime_error("bind to " + from + ": " + std::strerror(errno));
    }
    if (::connect(descriptor, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error(std::string{"connect: "} + std::strerror(errno));
    return descriptor;
}

raw_answer read_head(std::string_view head) {
    raw_answer answer;
    answer.status = static_cast<unsigned>(std::stoi(std::string{head.substr(9, 3)}));
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(line.size() + 2, head.size()));
        const auto colon = line.find(": ");
        std::string name{line.substr(0, colon)};
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char each) { return std::tolower(each); });
        answer.headers[name] = std::string{line.substr(colon + 2)};
    }
    return answer;
}

}  // namespace

raw_client::raw_client(const std::string& address, int receive_buffer, const std::string& from)
    : descriptor_{address.starts_with("unix:") ? connect_unix(address.substr(5))
                                               : connect_tcp(address, receive_buffer, from)} {}

raw_client::raw_client(raw_client&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)},
      pending_{std::move(other.pending_)},
      ended_{other.ended_},
      reset_{other.reset_} {}

raw_client::~raw_client() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

bool raw_client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void raw_client::finish_sending() {
    ::shutdown(descriptor_, SHUT_WR);
}

void raw_client::reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(descriptor_, -1));
    ended_ = true;
}

bool raw_client::read_more(std::chrono::milliseconds patience) {
    if (ended_)
        return false;
    pollfd wanted{descriptor_, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(patience.count())) <= 0)
        return false;
    char bytes[65536];
    const auto got = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (got <= 0) {
        ended_ = true;
        reset_ = got < 0;
        return false;
    }
    pending_.append(bytes, static_cast<std::size_t>(got));
    return true;
}

std::optional<raw_answer> raw_client::answer(bool to_head) {
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos)
        if (!read_more())
            return std::nullopt;
    raw_answer answer = read_head(std::string_view{pending_}.substr(0, end + 2));
    pending_.erase(0, end + 4);
    if (to_head || answer.headers.count("content-length") == 0)
        return answer;
    const auto length = static_cast<std::size_t>(std::stoull(answer.headers["content-length"]));
    while (pending_.size() < length)
        if (!read_more())
            return std::nullopt;
    answer.body = pending_.substr(0, length);
    pending_.erase(0, length);
    return answer;
}

bool raw_client::closes(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!ended_) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left.count() <= 0 || (!read_more(left) && !ended_))
            return false;
    }
    return true;
}

}  // namespace gateway::http::testing
