#include "tests/support/http_client.hpp"

#include <boost/json/parse.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace end_to_end {

namespace {

using clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error("http: " + what);
}

std::string lower(std::string_view text) {
    std::string copy{text};
    for (char& each : copy)
        if (each >= 'A' && each <= 'Z')
            each = static_cast<char>(each + 32);
    return copy;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

// One connection to a loopback port.
class wire {
public:
    wire(std::uint16_t port, clock::time_point end) : end_{end} {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in peer{};
        peer.sin_family = AF_INET;
        peer.sin_port = htons(port);
        peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (socket_ < 0 || ::connect(socket_, reinterpret_cast<sockaddr*>(&peer), sizeof peer) != 0) {
            const std::string why = std::strerror(errno);
            ::close(socket_);
            fail("connect: " + why);
        }
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    ~wire() { ::close(socket_); }
    wire(const wire&) = delete;
    wire& operator=(const wire&) = delete;

    // A peer that has answered already may not read all of it: that is its right, so the caller reads on.
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            wait_until(POLLOUT);
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && errno != EAGAIN && errno != EINTR)
                return;
            bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
        }
    }

    // False at the end of the stream, or when the peer reset it.
    bool read_more(std::string& into) {
        char buffer[16 * 1024];
        wait_until(POLLIN);
        const auto got = ::recv(socket_, buffer, sizeof buffer, 0);
        if (got > 0)
            into.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }

private:
    void wait_until(short event) {
        const auto left = std::chrono::duration_cast<milliseconds>(end_ - clock::now()).count();
        pollfd watched{socket_, event, 0};
        if (left <= 0 || ::poll(&watched, 1, static_cast<int>(left)) == 0)
            fail("no answer in time");
    }

    clock::time_point end_;
    int socket_ = -1;
};

std::uint16_t port_of(const std::string& url) {
    const auto colon = url.find(':', url.find("//"));
    std::uint16_t port = 0;
    if (colon != std::string::npos)
        std::from_chars(url.data() + colon + 1, url.data() + url.size(), port);
    if (port == 0)
        fail("no port in " + url);
    return port;
}

std::string text_of(const http_request& what) {
    std::string text = what.method + " " + what.target + " HTTP/1.1\r\nConnection: close\r\n";
    const auto is_host = [](const auto& field) { return lower(field.first) == "host"; };
    if (std::none_of(what.headers.begin(), what.headers.end(), is_host))
        text += "Host: 127.0.0.1\r\n";
    for (const auto& [name, value] : what.headers)
        text += name + ": " + value + "\r\n";
    if (!what.body.empty() || what.method == "POST" || what.method == "PUT")
        text += "Content-Length: " + std::to_string(what.body.size()) + "\r\n";
    return text + "\r\n" + what.body;
}

http_reply head_of(std::string_view head) {
    http_reply reply;
    const auto line = head.substr(0, head.find('\n'));
    if (!line.starts_with("HTTP/1.") || line.size() < 12)
        fail("not an HTTP answer: " + std::string{line});
    std::from_chars(line.data() + 9, line.data() + 12, reply.status);
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    while (!head.empty()) {
        const auto field = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(field.size() + 1, head.size()));
        const auto colon = field.find(':');
        if (colon != std::string_view::npos)
            reply.headers.emplace_back(lower(field.substr(0, colon)), trimmed(field.substr(colon + 1)));
    }
    return reply;
}

// The plain body of a chunked one; throws when it stops before its end.
std::string unchunked(std::string_view bytes) {
    std::string body;
    for (;;) {
        std::size_t size = 0;
        const auto line = bytes.find("\r\n");
        if (line == std::string_view::npos ||
            std::from_chars(bytes.data(), bytes.data() + line, size, 16).ec != std::errc{} ||
            bytes.size() < line + 2 + size + 2)
            fail("a chunked body without an end");
        if (size == 0)
            return body;
        body.append(bytes.substr(line + 2, size));
        bytes.remove_prefix(line + 2 + size + 2);
    }
}

detour& the_detour() {
    static detour set;
    return set;
}

raw_witness& the_raw_witness() {
    static raw_witness set;
    return set;
}

bool is_interim(const http_reply& reply) {
    return reply.status >= 100 && reply.status < 200;
}

// Everything until the stream ends: we asked for "Connection: close", or the answer's length says where it
// ends.
http_reply read_reply(wire& from, bool without_body) {
    std::string bytes;
    std::size_t end = 0;
    http_reply reply;
    do {
        while ((end = bytes.find("\r\n\r\n")) == std::string::npos)
            if (!from.read_more(bytes))
                fail("the connection ended inside the header: " + bytes);
        reply = head_of(std::string_view{bytes}.substr(0, end));
        bytes.erase(0, end + 4);
    } while (is_interim(reply));
    if (without_body || reply.status == 204 || reply.status == 304)
        return reply;
    if (lower(reply.header("transfer-encoding")) == "chunked") {
        while (!bytes.ends_with("0\r\n\r\n") && from.read_more(bytes)) {
        }
        reply.body = unchunked(bytes);
        return reply;
    }
    std::optional<std::size_t> length;
    if (reply.has("content-length"))
        length = std::stoull(reply.header("content-length"));
    while ((!length || bytes.size() < *length) && from.read_more(bytes)) {
    }
    if (length && bytes.size() != *length)
        fail("a body of another length than promised");
    reply.body = std::move(bytes);
    return reply;
}

}  // namespace

bool http_reply::has(std::string_view name) const {
    for (const auto& field : headers)
        if (field.first == name)
            return true;
    return false;
}

std::string http_reply::header(std::string_view name) const {
    for (const auto& field : headers)
        if (field.first == name)
            return field.second;
    return {};
}

boost::json::value http_reply::json() const {
    boost::system::error_code problem;
    auto value = boost::json::parse(body, problem);
    if (problem)
        fail("HTTP " + std::to_string(status) + " with a body that is not JSON: " + body.substr(0, 2000));
    return value;
}

http_reply ask(const std::string& url, const http_request& what, milliseconds within) {
    return the_detour() ? the_detour()(url, what, within) : ask_directly(url, what, within);
}

http_reply ask_directly(const std::string& url, const http_request& what, milliseconds within) {
    wire connection{port_of(url), clock::now() + within};
    connection.send(text_of(what));
    return read_reply(connection, what.method == "HEAD");
}

void set_detour(detour by) {
    the_detour() = std::move(by);
}

void set_raw_witness(raw_witness who) {
    the_raw_witness() = std::move(who);
}

std::optional<http_reply> try_ask(const std::string& url, const http_request& what, milliseconds within) {
    try {
        return ask(url, what, within);
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

http_reply ask_raw(const std::string& url, std::string_view bytes, milliseconds within) {
    wire connection{port_of(url), clock::now() + within};
    connection.send(bytes);
    auto reply = read_reply(connection, false);
    if (the_raw_witness())
        the_raw_witness()(url, bytes, reply);
    return reply;
}

}  // namespace end_to_end
