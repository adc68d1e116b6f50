#include "tests/bench/load/generator.hpp"

#include <sys/socket.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

namespace bench::load {

namespace {

constexpr std::size_t buffer_size = 256 * 1024;
constexpr std::string_view id_member = "\"id\":\"";
constexpr std::int64_t second = 1'000'000'000;
constexpr std::uint64_t most_failures = 1'000;  // a target that only fails is not worth the time

bool is_good(int status) {
    return status >= 200 && status < 300;
}

}  // namespace

generator::generator(plan wanted, request_maker& requests)
    : plan_{std::move(wanted)}, requests_{requests}, lines_(plan_.connections) {
    buffer_.resize(buffer_size);
}

tally generator::run() {
    for (std::size_t i = 0; i < lines_.size(); ++i)
        open(i);
    tally_.started_ns = wire::now_ns();
    for (std::size_t i = 0; i < lines_.size() && may_begin(tally_.started_ns); ++i)
        begin(i, wire::now_ns());

    std::int64_t given_up = std::numeric_limits<std::int64_t>::max();
    while (out_ > 0 && wire::now_ns() < given_up) {
        for (const epoll_event& event : poller_.wait(100))
            receive(event.data.u64);
        const std::int64_t now = wire::now_ns();
        if (!may_begin(now) && given_up == std::numeric_limits<std::int64_t>::max())
            given_up = now + static_cast<std::int64_t>(plan_.patience * second);
    }
    if (out_ > 0)
        tally_.errors["no answer in time"] += out_;
    tally_.ended_ns = wire::now_ns();
    return std::move(tally_);
}

bool generator::may_begin(std::int64_t now) const {
    if (plan_.requests > 0 && begun_ >= plan_.requests)
        return false;
    if (tally_.latencies_ns.empty() && begun_ >= most_failures)
        return false;
    return plan_.seconds <= 0 || now - tally_.started_ns < static_cast<std::int64_t>(plan_.seconds * second);
}

void generator::open(std::size_t number) {
    lines_[number] = {};
    lines_[number].socket = wire::connect_to(plan_.target);
    poller_.add(lines_[number].socket.number(), EPOLLIN, number);
}

void generator::begin(std::size_t number, std::int64_t now) {
    line& on = lines_[number];
    const std::string_view request = requests_.next();
    on.sent_ns = now;
    ++begun_;
    ++out_;
    on.waiting = true;
    // A request is far smaller than a socket's buffer: it leaves in one write, or the connection is broken.
    if (::send(on.socket.number(), request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
        lose(number, std::string{"send: "} + std::strerror(errno));
}

void generator::receive(std::size_t number) {
    line& on = lines_[number];
    const ssize_t got = ::recv(on.socket.number(), buffer_.data(), buffer_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        lose(number, got == 0 ? "closed without an answer" : std::string{"recv: "} + std::strerror(errno));
        return;
    }
    take(on, {buffer_.data(), static_cast<std::size_t>(got)});
    if (on.waiting)
        return;
    if (on.closing)
        return lose(number, "");  // as announced: nothing is lost
    const std::int64_t now = wire::now_ns();
    if (may_begin(now))
        begin(number, now);
}

void generator::take(line& on, std::string_view bytes) {
    if (on.body_left > 0) {
        tally_.bytes += std::min(bytes.size(), on.body_left);
        on.body_left -= std::min(bytes.size(), on.body_left);
        if (on.body_left == 0)
            answered(on, wire::status_of(on.in));
        return;
    }
    std::string_view all = bytes;  // nearly always a whole answer: then nothing is copied
    if (!on.in.empty()) {
        on.in.append(bytes);
        all = on.in;
    }
    const auto found = wire::find_message(all);
    if (!found) {
        if (on.in.empty())
            on.in.assign(bytes);
        return;
    }
    on.closing = found->closes;
    const std::string_view body = all.substr(found->head.size());
    if (found->chunked)
        ++tally_.errors["an answer of unknown length"];
    if (body.size() < found->body) {
        tally_.bytes += body.size();
        on.body_left = found->body - body.size();
        on.in = std::string{found->head};
        return;
    }
    tally_.bytes += found->body;
    if (plan_.keep_ids) {
        const std::size_t id = body.find(id_member);
        if (id != body.npos)
            tally_.ids.emplace_back(body.substr(
                id + id_member.size(), body.find('"', id + id_member.size()) - id - id_member.size()));
    }
    answered(on, wire::status_of(found->head));
}

void generator::answered(line& on, int status) {
    on.in.clear();
    on.waiting = false;
    --out_;
    ++tally_.statuses[status];
    const std::int64_t took = wire::now_ns() - on.sent_ns;
    if (is_good(status))
        tally_.latencies_ns.push_back(static_cast<std::uint32_t>(
            std::min<std::int64_t>(took, std::numeric_limits<std::uint32_t>::max())));
}

// The request on its way has failed, if there was one; the connection is made anew.
void generator::lose(std::size_t number, const std::string& why) {
    if (lines_[number].waiting) {
        --out_;
        ++tally_.errors[why];
    }
    try {
        open(number);
    } catch (const std::exception& failure) {
        ++tally_.errors[failure.what()];
        return;
    }
    const std::int64_t now = wire::now_ns();
    if (may_begin(now))
        begin(number, now);
}

}  // namespace bench::load
