#pragma once
// Every limit and every wait of the HTTP server, by name. The configuration fills it; the defaults are the
// shipped ones.

#include <chrono>
#include <cstddef>

namespace gateway::http {

struct server_settings {
    // Limits. Over one of them the client gets an answer, not a reset.
    std::size_t header_bytes =
        16 * 1024;  // request line and fields of one request; also of one chunk header or trailer
    std::size_t header_fields = 100;          // fields of one request
    std::size_t body_bytes = 256 * 1024;      // of one request, after chunks are joined
    std::size_t connections = 10'000;         // open at once over all threads; further ones get 503
    std::size_t connections_per_address = 0;  // of those; further ones get 503; 0: no limit
    std::size_t turned_away = 256;  // of those further ones at once; beyond it they are closed without a word
    std::size_t requests_per_connection = 1'000'000;  // the last answer says `connection: close`; 0: no limit

    // Waits. They are watched by one coarse clock per thread, so each may end up to a tenth (at most 250 ms)
    // late.
    std::chrono::milliseconds idle_timeout{75'000};  // for the first byte of a request
    std::chrono::milliseconds request_timeout{
        15'000};  // from that byte to the last of the request; also a TLS handshake
    std::chrono::milliseconds handle_budget{30'000};  // what `request.by` gives the handler
    std::chrono::milliseconds write_timeout{30'000};  // for one answer, or for one piece of a stream

    // After an answer that ends the connection, what the client still sends is read and thrown away, so that
    // it finds the answer and not a reset. Both bounds end it.
    std::chrono::milliseconds linger_time{3'000};
    std::size_t linger_bytes = 16 * 1024 * 1024;
};

}  // namespace gateway::http
