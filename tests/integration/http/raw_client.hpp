#pragma once
// A blocking client that sends exactly the bytes it is given, so that hostile ones can be sent. Every wait
// has a deadline.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::http::testing {

struct raw_answer {
    unsigned status = 0;
    std::map<std::string, std::string> headers;  // names lower-cased
    std::string body;

    std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string{"(absent)"} : found->second;
    }
};

class raw_client {
public:
    // `address` as listener::address() gives it. Throws when it cannot connect. `receive_buffer`: SO_RCVBUF,
    // to be a slow reader. `from`: the address to come from, such as 127.0.0.7.
    explicit raw_client(const std::string& address, int receive_buffer = 0, const std::string& from = {});
    raw_client(raw_client&& other) noexcept;
    ~raw_client();

    // False when the peer has gone.
    bool send(std::string_view bytes);
    void finish_sending();
    // Ends the connection at once, in both directions, with a reset.
    void reset();

    // The next answer on the connection; nothing when it was closed, or 10 seconds passed, before it was
    // complete. An answer to HEAD has no body, whatever its length says.
    std::optional<raw_answer> answer(bool to_head = false);

    // Whether the peer closes (true) before `patience` is over. Bytes on the way are kept.
    bool closes(std::chrono::milliseconds patience = std::chrono::seconds{10});
    bool was_reset() const { return reset_; }

    std::string& pending() { return pending_; }  // read, not yet taken
    // One read; false at the end, on a reset, and when `patience` is over.
    bool read_more(std::chrono::milliseconds patience = std::chrono::seconds{10});

private:
    int descriptor_ = -1;
    std::string pending_;
    bool ended_ = false;
    bool reset_ = false;
};

}  // namespace gateway::http::testing
