#pragma once
// Bytes in, one request out; no I/O. Beast's parser does the grammar, this adds what Beast is lenient about
// and what would let two parties disagree on where a request ends (RFC 9112 sections 5.2, 6.1, 6.3, 11.2).

#include "gateway/http/chunked_body.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/server_settings.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <optional>
#include <string_view>

namespace gateway::http {

// Good for one message; make a fresh one for the next. The settings must outlive it.
class request_reader final : private boost::beast::http::basic_parser<true> {
public:
    enum class state {
        header,     // the header is not complete
        body,       // the header is, the body is not
        complete,   // take() it
        too_large,  // the body is over the limit and was not read to its end: take() it, then close
        refused,    // see refusal(), then close
    };

    enum class expectation { none, go_ahead, unknown };

    explicit request_reader(const server_settings& limits);

    // Reads from the front of `bytes` and returns how many it is done with. When the state is still header or
    // body afterwards, it needs the rest again together with more. It stops after the header, so that the
    // caller can look at it first.
    std::size_t feed(std::string_view bytes);

    state now() const noexcept { return now_; }
    refusal_kind refusal() const noexcept { return refusal_; }

    // From the header on:
    expectation expected() const noexcept { return expected_; }
    bool keeps_alive() const { return !asks_to_close_ && (version_ == 11 || asks_to_stay_); }
    bool is_http_1_0() const { return version_ == 10; }

    // The request, or, when refused, as much of it as was understood.
    request take() { return std::move(request_); }

private:
    std::size_t feed_header(std::string_view bytes);
    std::size_t feed_body(std::string_view bytes);
    std::size_t feed_chunks(std::string_view bytes);
    bool ends_here(std::string_view bytes);
    void after_header();
    void refuse(refusal_kind kind) noexcept;
    // From within Beast's callbacks: `kind` is remembered, `ec` makes the parser stop.
    void refuse(refusal_kind kind, boost::beast::error_code& ec) noexcept;
    void check_framing(boost::beast::error_code& ec);
    void note_expectation(std::string_view value);
    void note_connection_options(std::string_view value);

    using text = boost::beast::string_view;
    void on_request_impl(boost::beast::http::verb, text name, text target, int version,
                         boost::beast::error_code& ec) override;
    void on_response_impl(int, text, int, boost::beast::error_code&) override {}
    void on_field_impl(boost::beast::http::field, text name, text value,
                       boost::beast::error_code& ec) override;
    void on_header_impl(boost::beast::error_code& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                           boost::beast::error_code& ec) override;
    std::size_t on_body_impl(text bytes, boost::beast::error_code& ec) override;
    // Chunks are read by chunked_body; Beast never sees one.
    void on_chunk_header_impl(std::uint64_t, text, boost::beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, text, boost::beast::error_code&) override { return 0; }
    void on_finish_impl(boost::beast::error_code&) override {}

    const server_settings& limits_;
    chunked_body chunks_;
    request request_;
    state now_ = state::header;
    refusal_kind refusal_ = refusal_kind::malformed_request;
    expectation expected_ = expectation::none;
    int version_ = 0;
    std::size_t header_used_ = 0;
    std::size_t searched_ = 0;  // of the bytes that will come again, without finding the header's end
    std::string_view feeding_;  // the bytes of the call that is running
    bool has_host_ = false;
    bool has_length_ = false;
    bool asks_to_close_ = false;
    bool asks_to_stay_ = false;
    std::optional<std::string> transfer_coding_;
};

}  // namespace gateway::http
