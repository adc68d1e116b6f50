#pragma once
// What a listener serves. Decides; the connection performs.

#include "answer.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <string_view>

namespace simulator {

using request = boost::beast::http::request<boost::beast::http::string_body>;

class site {
public:
    virtual ~site() = default;

    // Whether to reset a connection whose next request begins with these bytes (some of its first line).
    virtual bool refuses(std::string_view first_bytes) const = 0;

    virtual answer respond(request&& incoming) = 0;
};

}  // namespace simulator
