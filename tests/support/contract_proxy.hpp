#pragma once
// The OpenAPI document as judge of the end-to-end tests: when GATEWAY_E2E_PROXY names Prism's program, every
// request to a gateway travels through `prism proxy`, and every breach of the document fails the test that
// caused it.
//
//     test -> Prism -> relay (in the test's process) -> gateway
//
// Prism reads bodies and writes them anew, as text: it cannot carry audio, or an order that is broken on
// purpose. So the relay sends the gateway the test's own bytes when Prism has let the request through, and
// keeps the gateway's own bytes for the test, while Prism gets to judge both.

#include "tests/support/http_client.hpp"
#include "tests/support/http_responder.hpp"

#include <memory>
#include <string>
#include <vector>

namespace end_to_end {

// What Prism says of one exchange: `where` is "request", "request.header", "response.body.track" ...
struct violation {
    std::string where;
    std::string what;
};

struct judged_exchange {
    http_reply reply;  // as the gateway sent it
    std::vector<violation> violations;
    bool was_judged =
        true;  // false for what Prism reads otherwise than HTTP means it: see contract_proxy::ask

    // A sentence for each breach: an answer that is not as documented, or a success for a request that is
    // not.
    std::vector<std::string> complaints() const;
};

class contract_proxy {
public:
    // Starts Prism with the document that the gateway at `gateway_url` serves. Throws std::runtime_error with
    // what Prism said when it does not come up.
    contract_proxy(const std::string& prism, const std::string& gateway_url);
    ~contract_proxy();
    contract_proxy(const contract_proxy&) = delete;
    contract_proxy& operator=(const contract_proxy&) = delete;

    // Any thread. Throws as ask() does; also when Prism did not answer. Two kinds go straight to the gateway,
    // unjudged: HEAD, since Prism expects a body where the content type is JSON, and paths with dot segments,
    // since Prism resolves them before it looks for the route.
    judged_exchange ask(const std::string& gateway_url, const http_request& what,
                        milliseconds within = patience);

private:
    struct state;
    std::unique_ptr<state> state_;
};

// The program that GATEWAY_E2E_PROXY names; empty: the tests speak to gateways directly.
std::string prism_program();

// From now on ask() reaches this gateway through Prism, if GATEWAY_E2E_PROXY is set. One Prism serves the
// whole test program. Ends with forget_gateway(). A test program that was to be judged and never was fails at
// its end.
void watch_gateway(const std::string& gateway_url);
void forget_gateway(const std::string& gateway_url);

}  // namespace end_to_end
