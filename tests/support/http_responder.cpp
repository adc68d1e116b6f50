#include "tests/support/http_responder.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <optional>
#include <system_error>

namespace end_to_end {

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error{errno, std::generic_category(), what};
}

bool same_name(std::string_view sent, std::string_view lower) {
    return std::equal(sent.begin(), sent.end(), lower.begin(), lower.end(), [](char one, char other) {
        return (one >= 'A' && one <= 'Z' ? static_cast<char>(one + 32) : one) == other;
    });
}

// Those of a connection, which are written anew.
bool is_framing(std::string_view name) {
    for (const char* own : {"connection", "content-length", "host", "keep-alive", "transfer-encoding"})
        if (same_name(name, own))
            return true;
    return false;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool read_more(int socket, std::string& into) {
    char buffer[16 * 1024];
    const auto got = ::recv(socket, buffer, sizeof buffer, 0);
    if (got > 0)
        into.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
}

// Its clients are Node, curl and the like, which announce the length of what they send. Nothing when they
// left, or did otherwise.
std::optional<http_request> read_request(int socket) {
    std::string bytes;
    std::size_t end = 0;
    while ((end = bytes.find("\r\n\r\n")) == std::string::npos)
        if (!read_more(socket, bytes))
            return std::nullopt;
    http_request read;
    std::size_t length = 0;
    std::string_view head = std::string_view{bytes}.substr(0, end);
    const auto line = head.substr(0, head.find("\r\n"));
    const auto first = line.find(' ');
    const auto second = line.rfind(' ');
    if (first == std::string_view::npos || second <= first)
        return std::nullopt;
    read.method = line.substr(0, first);
    read.target = line.substr(first + 1, second - first - 1);
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    while (!head.empty()) {
        const auto field = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(field.size() + 2, head.size()));
        const auto colon = std::min(field.find(':'), field.size());
        const auto name = field.substr(0, colon);
        const auto value = trimmed(field.substr(std::min(colon + 1, field.size())));
        if (same_name(name, "content-length"))
            std::from_chars(value.data(), value.data() + value.size(), length);
        if (same_name(name, "transfer-encoding"))
            return std::nullopt;
        if (!is_framing(name))
            read.headers.emplace_back(name, value);
    }
    bytes.erase(0, end + 4);
    while (bytes.size() < length)
        if (!read_more(socket, bytes))
            return std::nullopt;
    read.body = bytes.substr(0, length);
    return read;
}

std::string text_of(const http_reply& reply, bool head_only) {
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " -\r\nConnection: close\r\n";
    for (const auto& [name, value] : reply.headers)
        if (!is_framing(name))
            text += name + ": " + value + "\r\n";
    if (reply.status == 204 || reply.status == 304)
        return text + "\r\n";
    text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
    return head_only ? text : text + reply.body;
}

void send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

}  // namespace

http_responder::http_responder(answer_to how) : how_{std::move(how)} {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    auto* const address = reinterpret_cast<sockaddr*>(&here);
    if (listener_ < 0 || ::bind(listener_, address, size) != 0 || ::listen(listener_, SOMAXCONN) != 0 ||
        ::getsockname(listener_, address, &size) != 0) {
        ::close(listener_);
        fail("a test's own HTTP server");
    }
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(here.sin_port));
    accepting_ = std::jthread{[this] { accept_all(); }};
}

http_responder::~http_responder() {
    ::shutdown(listener_, SHUT_RDWR);  // ends accept()
    accepting_.join();
    ::close(listener_);
}

void http_responder::accept_all() {
    for (;;) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0 && errno != EINTR && errno != ECONNABORTED)
            break;
        if (socket < 0)
            continue;
        visits_.remove_if([](const visit& each) { return each.over.load(); });
        visit& now = visits_.emplace_back();
        now.thread = std::jthread{[this, socket, &now] {
            serve(socket);
            ::close(socket);
            now.over = true;
        }};
    }
    visits_.clear();
}

void http_responder::serve(int socket) const {
    const timeval most{patience.count() / 1000, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    const auto asked = read_request(socket);
    if (!asked)
        return;
    try {
        send_all(socket, text_of(how_(*asked), asked->method == "HEAD"));
    } catch (const std::exception&) {
        // Whoever asked sees a connection that ends, as from a server that is gone.
    }
    ::shutdown(socket, SHUT_WR);
    std::string rest;
    while (rest.size() < 64 * 1024 && read_more(socket, rest)) {
    }
}

}  // namespace end_to_end
