#pragma once
// One client's connection from its first byte to its last: reads requests in order, asks the handler, writes
// answers in order.
//
// It has no timer of its own. `limit()` says until when the current wait may last; the group that owns the
// connection looks at it a few times a second and calls expire(). So a request costs no timer operation, and
// ten thousand connections one timer.

#include "gateway/http/byte_stream.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/http/request_reader.hpp"
#include "gateway/http/response_head.hpp"
#include "gateway/http/server_settings.hpp"
#include "gateway/runtime/metrics.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace gateway::http {

// What all connections of one thread share. Outlives them.
struct serving {
    handler& face;
    const server_settings& settings;
    gateway::metrics& counts;
    date_clock date{};
    bool draining = false;
};

class connection {
public:
    using clock = std::chrono::steady_clock;

    // `tls`: as for byte_stream.
    connection(byte_stream::socket accepted, boost::asio::ssl::context* tls, std::string peer,
               std::optional<client_origin> origin, serving& shared);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    // Until the client or we have had enough. Never throws but for cancellation.
    boost::asio::awaitable<void> run();
    // Instead of run(): answers 503 and closes.
    boost::asio::awaitable<void> turn_away();

    clock::time_point limit() const noexcept { return limit_; }
    void expire() noexcept { stream_.cancel(); }

    // Gives back what an idle connection does not need. To be called now and then.
    void rest();

    // Ends an idle connection at once. A busy one notices `serving::draining` when it composes its answer.
    void drain() noexcept;

private:
    enum class got { bytes, nothing, timeout };

    // What the access log and the metrics will say of one request.
    struct record {
        std::string method_name;  // this and the path are empty while the access log is off
        std::string path;
        std::string request_id;
        http::method method = http::method::other;
        clock::time_point since;
        time_waited waited;  // for the store
        bool head_only = false;
        bool http_1_0 = false;
        std::uint64_t sent = 0;  // bytes of the body
    };

    boost::asio::awaitable<bool> greet();
    boost::asio::awaitable<bool> serve_one();
    boost::asio::awaitable<bool> wait_for_request();
    bool a_request_has_begun();
    boost::asio::awaitable<void> let_others_go_first();
    bool feed(request_reader& reader);
    boost::asio::awaitable<got> read_request(request_reader& reader);
    boost::asio::awaitable<got> read_while(request_reader& reader, request_reader::state during);
    boost::asio::awaitable<got> fill(std::size_t most);
    boost::asio::awaitable<got> fill_when_readable();

    boost::asio::awaitable<response> ask(request& incoming, const std::string& request_id);
    boost::asio::awaitable<bool> answer(record& about, response& reply, bool keep);
    boost::asio::awaitable<bool> answer_stream(record& about, response& reply, std::string& head);
    boost::asio::awaitable<bool> refuse(refusal_kind kind, request_reader& reader);
    boost::asio::awaitable<bool> write(two_buffers bytes);
    std::optional<bool> write_at_once(two_buffers& bytes);
    boost::asio::awaitable<bool> write_rest(two_buffers bytes);
    boost::asio::awaitable<void> linger();

    two_buffers whole(record& about, const response& reply, std::string& head);
    static record record_of(const request& incoming, const request_reader& reader);
    response refusal(refusal_kind kind, const std::string& request_id);
    void account(const record& about, const response& reply, clock::duration composed) const;
    bool may_answer_more() const noexcept;
    void limit_in(clock::duration most) { limit_ = clock::now() + most; }
    void unlimited() { limit_ = clock::time_point::max(); }

    byte_stream stream_;
    const std::string peer_;
    const std::optional<client_origin> origin_;
    serving& shared_;
    boost::beast::flat_buffer buffer_;  // bytes read and not yet used; a pipelined request starts here
    clock::time_point limit_ = clock::time_point::max();
    std::size_t answered_ = 0;
    bool idle_ = false;
    bool owed_input_ = false;  // the client may still be sending what nobody will read
};

}  // namespace gateway::http
