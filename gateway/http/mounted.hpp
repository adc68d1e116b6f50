#pragma once
// Two handlers on one port: one for the paths below a prefix, the other for everything else.

#include "gateway/http/handler.hpp"

#include <string>

namespace gateway::http {

// Both handlers outlive it. What the transport refuses by itself is worded by `rest`.
class mounted final : public handler {
public:
    mounted(std::string prefix, handler& below, handler& rest)
        : prefix_{std::move(prefix)}, below_{below}, rest_{rest} {}

    boost::asio::awaitable<response> handle(request incoming) override {
        return (incoming.path.starts_with(prefix_) ? below_ : rest_).handle(std::move(incoming));
    }
    response refuse(refusal_kind kind, const std::string& request_id) override {
        return rest_.refuse(kind, request_id);
    }

private:
    std::string prefix_;
    handler& below_;
    handler& rest_;
};

}  // namespace gateway::http
