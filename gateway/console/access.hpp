#pragma once
// Who may use the console. Pure: a request in, a verdict out.
//
// With a token, whoever presents it. Without one, whoever reaches the admin port through the loopback, and
// then no page of another origin that runs in the operator's browser: such a page can send requests there,
// too, and DNS lets it give its own name to the loopback's address, so the Host has to be the loopback's own.

#include "gateway/http/message.hpp"
#include "gateway/runtime/digest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gateway::console {

struct access_settings {
    std::string token;         // empty: none
    bool on_loopback = false;  // the admin listener is reached from this machine alone
};

enum class verdict {
    welcome,
    closed,          // beyond the loopback, and no token is set: nobody is let in
    foreign_host,    // without a token: the request names a host that is not the loopback's
    another_origin,  // a browser sent it for a page of another origin
    token_missing,   // none, or a header that holds none
    token_wrong,
};

// A sentence for whoever is not welcome, fit to be shown.
std::string_view to_sentence(verdict of);

class doorkeeper {
public:
    explicit doorkeeper(access_settings settings);

    // For the page itself, which holds no data, and for audio, whose address is signed.
    verdict of_page(const http::request& incoming) const;
    // For what reads data.
    verdict of_read(const http::request& incoming) const;
    // For what changes something: a browser must have sent it for the console's own page. The header that
    // this asks for cannot be set by another origin's page without our consent (which is never given);
    // programs set it too.
    verdict of_change(const http::request& incoming) const;

    static constexpr std::string_view change_header = "x-console";  // any value that is not empty

private:
    bool open() const noexcept { return on_loopback_ || token_; }
    verdict check_token(const http::request& incoming) const;

    std::optional<sha256_digest> token_;  // hashed: equal lengths, so a comparison tells nothing of it
    bool on_loopback_;
};

// "localhost", "127.0.0.1:9090", "[::1]": what a Host says of a request that was meant for this machine.
bool names_loopback(std::string_view host);

}  // namespace gateway::console
