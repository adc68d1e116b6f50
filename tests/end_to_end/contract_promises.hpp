#pragma once
// What an OpenAPI document promises, taken at its word: for each operation and each status a right request
// and the answer of the document's own examples. What Prism makes of them, and of changed ones, shows what it
// sees.

#include "tests/support/http_client.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace end_to_end {

struct promise {
    std::string name;  // "GET /v1/music/{organization_id}/engines 200"
    http_request asked;
    http_reply answered;
    std::vector<std::string> required_headers;
};

// Of all operations, in the document's order. Throws (std::out_of_range and the like) where an example is
// missing: each parameter of a path, required header and JSON body has one.
std::vector<promise> promises_of(const boost::json::value& document);

}  // namespace end_to_end
