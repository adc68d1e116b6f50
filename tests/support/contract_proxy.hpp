#pragma once
// The OpenAPI document as judge of the end-to-end tests: every request to a gateway travels through
// `prism proxy`, and every breach of the document fails the test that caused it (contract_watch).
//
//     test -> Prism -> relay (in the test's process) -> gateway
//
// Prism reads bodies and writes them anew, as text: it cannot carry audio, or an order that is broken on
// purpose. So the relay sends the gateway the test's own bytes when Prism has let the request through, and
// keeps the gateway's own bytes for the test, while Prism gets to judge both, or what prism_dialect shows it
// in their place.

#include "tests/support/http_client.hpp"
#include "tests/support/http_responder.hpp"

#include <memory>
#include <string>
#include <string_view>
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

    // Any thread. Throws as ask() does; also when Prism did not answer. The gateway may be any one that
    // serves the document.
    judged_exchange ask(const std::string& gateway_url, const http_request& what,
                        milliseconds within = patience);

    // An answer that came without Prism, to bytes that no HTTP client sends. It alone is judged, by the
    // operation that the bytes name. Throws std::runtime_error when Prism did not answer.
    judged_exchange judge(std::string_view asked, const http_reply& answered);

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace end_to_end
