#pragma once
// The tests' own HTTP client: synchronous, one connection for each request, and able to send what no honest
// client would.

#include "tests/support/eventually.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace end_to_end {

using header_list = std::vector<std::pair<std::string, std::string>>;

struct http_request {
    std::string method = "GET";
    std::string target = "/";
    header_list headers = {};
    std::string body = {};
};

struct http_reply {
    int status = 0;
    header_list headers;  // names in lower case
    std::string body;

    bool has(std::string_view name) const;
    std::string header(std::string_view name) const;  // the first; empty when there is none
    boost::json::value json() const;                  // throws, with the body, when it is not JSON
};

// `url`: "http://127.0.0.1:1234", whatever path follows. Throws std::runtime_error when no whole answer came
// in time.
http_reply ask(const std::string& url, const http_request& what, milliseconds within = patience);

// The same, whatever detour is set.
http_reply ask_directly(const std::string& url, const http_request& what, milliseconds within = patience);

// Where ask() and try_ask() lead from now on, instead of straight to the url. Set before there are threads.
using detour = std::function<http_reply(const std::string& url, const http_request&, milliseconds)>;
void set_detour(detour by);

// Nothing when no whole answer came: the peer is gone, or died in between.
std::optional<http_reply> try_ask(const std::string& url, const http_request& what,
                                  milliseconds within = patience);

// Sends these bytes as they are and reads one answer. No detour: they would not survive it.
http_reply ask_raw(const std::string& url, std::string_view bytes, milliseconds within = patience);

// Who is told of each answer to ask_raw() from now on. Set before there are threads.
using raw_witness = std::function<void(const std::string& url, std::string_view bytes, const http_reply&)>;
void set_raw_witness(raw_witness who);

}  // namespace end_to_end
