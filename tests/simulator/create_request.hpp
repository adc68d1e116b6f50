#pragma once
// The body of a create, validated as strictly as reference/producer-api 2.1 and 6.2 say.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace simulator {

struct create_request {
    std::optional<std::string> sound;
    std::optional<std::string> lyrics;
    std::optional<std::string> title;
    std::optional<std::string> mv;
    std::optional<std::string> seed;
    std::optional<std::string> webhook_url;
    std::optional<std::string> webhook_secret;
    bool make_instrumental = false;
};

// A body that upstream refuses: 400 with the text, or 410 for a task type that is gone for good.
struct create_refusal {
    unsigned status = 400;
    std::string text;
};

// `http_webhooks`: also take a webhook_url that is plain http, as a test's receiver on the loopback is.
std::variant<create_request, create_refusal> read_create_request(std::string_view body, bool http_webhooks);

}  // namespace simulator
