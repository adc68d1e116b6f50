#include "adapters/redis/handshake.hpp"

#include "gateway/runtime/with_deadline.hpp"

#include <array>

namespace adapters::redis {

namespace asio = boost::asio;
using gateway::result;

namespace {

std::vector<command> greeting_for(const address& where) {
    std::vector<command> words;
    if (!where.password.empty()) {
        command auth{"AUTH"};
        if (!where.user.empty())
            auth.add(where.user);
        auth.add(where.password);
        words.push_back(std::move(auth));
    }
    if (where.database != 0)
        words.push_back(std::move(command{"SELECT"}.add(where.database)));
    words.push_back(command{"PING"});
    return words;
}

// The code alone: what follows it may quote what was sent.
std::string refusal(const reply& answer) {
    return "the server answered " + std::string{answer.error_code()};
}

// What keeps us from using a server that answers ROLE like this; empty when nothing does.
std::string objection_to(const reply& role, bool must_be_primary) {
    const bool tells = role.is_array_of(1) && role.items.front().is_text();
    if (tells && role.items.front().text == "slave")
        return "the server is a replica";
    if (!must_be_primary || (tells && role.items.front().text == "master"))
        return {};
    return role.is_error() ? refusal(role) + " to ROLE" : "the server does not say that it is a primary";
}

}  // namespace

asio::awaitable<result<reply>> exchange(stream& over, command what, reply_reader& reader) {
    std::string text;
    what.append_to(text);
    const auto written = co_await over.write(asio::buffer(text));
    if (!written)
        co_return written.error();
    std::array<char, 1024> buffer;
    while (true) {
        auto answer = reader.next();
        if (answer)
            co_return std::move(*answer);
        const auto got = co_await over.read_some(asio::buffer(buffer));
        if (!got)
            co_return got.error();
        if (!reader.feed({buffer.data(), *got}))
            co_return boost::system::error_code{asio::error::invalid_argument};
    }
}

asio::awaitable<std::string> introduce(stream& over, address where, gateway::deadline by) {
    reply_reader reader{std::size_t{64} << 10};
    std::vector<command> words = greeting_for(where);
    for (command& each : words) {
        auto said = exchange(over, std::move(each), reader);
        const auto answer = co_await gateway::with_deadline(std::move(said), by);
        if (!answer)
            co_return answer.error().message();
        if (answer->is_error())
            co_return refusal(*answer);
    }
    auto asked = exchange(over, command{"ROLE"}, reader);
    const auto role = co_await gateway::with_deadline(std::move(asked), by);
    if (!role)
        co_return role.error().message();
    co_return objection_to(*role, where.is_behind_sentinels());
}

}  // namespace adapters::redis
