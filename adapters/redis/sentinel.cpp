#include "adapters/redis/sentinel.hpp"

#include "adapters/redis/handshake.hpp"
#include "gateway/runtime/with_deadline.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::deadline;

namespace {

constexpr std::size_t most_reply_bytes = std::size_t{16} << 10;

std::uint16_t port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    return failure == std::errc{} && end == text.data() + text.size() ? port : 0;
}

bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= 253 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

boost::system::result<place, std::string> read_primary(const reply& from) {
    using outcome = boost::system::result<place, std::string>;
    if (from.is_error())  // the code alone: what follows it may quote what was sent
        return outcome{boost::system::in_place_error,
                       "a sentinel answered " + std::string{from.error_code()}};
    if (from.what == reply::kind::nil)
        return outcome{boost::system::in_place_error, "a sentinel knows no primary of that name"};
    if (from.is_array_of(2) && from.items.size() == 2 && from.items[0].is_text() && from.items[1].is_text()) {
        place named{from.items[0].text, port_of(from.items[1].text)};
        if (is_host(named.host) && named.port != 0)
            return named;
    }
    return outcome{boost::system::in_place_error, "a sentinel answered nonsense"};
}

sentinels::sentinels(address group, std::chrono::milliseconds patience)
    : group_{std::move(group)}, patience_{patience}, order_{group_.group.sentinels} {}

address sentinels::named(place server) const {
    address found = group_;
    found.host = std::move(server.host);
    found.port = server.port;
    return found;
}

asio::awaitable<named_primary> sentinels::primary() {
    if (kept_) {
        // Taken out: whoever cancels us leaves a reply under way, and the connection is then of no use.
        auto link = std::move(kept_);
        auto known = co_await ask(order_.front(), std::move(link));
        if (known) {
            kept_ = std::move(known->link);
            co_return named(std::move(known->named));
        }
    }
    std::string trouble;
    for (std::size_t each = 0; each < order_.size(); ++each) {
        const place sentinel = order_[each];
        std::unique_ptr<stream> none;
        auto told = co_await ask(sentinel, std::move(none));
        if (!told) {
            trouble += (trouble.empty() ? "" : "; ") + to_string(sentinel) + ": " + told.error();
            continue;
        }
        kept_ = std::move(told->link);
        std::rotate(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(each),
                    order_.begin() + static_cast<std::ptrdiff_t>(each) + 1);
        co_return named(std::move(told->named));
    }
    co_return named_primary{boost::system::in_place_error, "no sentinel names the primary: " + trouble};
}

asio::awaitable<sentinels::asked> sentinels::ask(place sentinel, std::unique_ptr<stream> link) {
    const auto by = deadline::after(patience_);
    if (!link) {
        auto opened = co_await connect(std::move(sentinel), by);
        if (!opened)
            co_return asked{boost::system::in_place_error, opened.error()};
        link = std::move(*opened);
    }
    reply_reader reader{most_reply_bytes};
    command question{"SENTINEL"};
    question.add("GET-MASTER-ADDR-BY-NAME").add(group_.group.primary);
    auto exchanged = exchange(*link, std::move(question), reader);
    const auto told = co_await gateway::with_deadline(std::move(exchanged), by);
    if (!told)
        co_return asked{boost::system::in_place_error, told.error().message()};
    auto server = read_primary(*told);
    if (!server)
        co_return asked{boost::system::in_place_error, server.error()};
    co_return answer{std::move(link), std::move(*server)};
}

asio::awaitable<sentinels::opened> sentinels::connect(place sentinel, deadline by) {
    address where;
    where.over = group_.over;
    where.host = std::move(sentinel.host);
    where.port = sentinel.port;
    where.password = group_.group.password;
    where.certificate_authority = group_.certificate_authority;
    auto connected = co_await open_stream(where, by);
    if (!connected)
        co_return opened{boost::system::in_place_error, connected.error().message()};
    auto link = std::move(*connected);
    std::string objection = co_await introduce(*link, std::move(where), by);
    if (!objection.empty())
        co_return opened{boost::system::in_place_error, std::move(objection)};
    co_return std::move(link);
}

}  // namespace adapters::redis
