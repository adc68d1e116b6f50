// Who may call, and how often.
#include "producer_routes.hpp"

namespace simulator {

namespace {

answer throttled(const std::optional<std::string>& retry_after, std::string_view text) {
    auto reply = error_answer(429, usual_type(429), text);
    if (retry_after)
        reply.headers.emplace_back("Retry-After", *retry_after);
    return reply;
}

// Whether the limiter lets this call through; counts it.
bool passes(throttle& limiter) {
    if (limiter.times == 0U)
        return true;
    if (limiter.per_second) {
        const auto now = std::chrono::steady_clock::now();
        if (now - limiter.window >= std::chrono::seconds{1}) {
            limiter.window = now;
            limiter.passed = 0;
        }
        if (limiter.passed < *limiter.per_second) {
            ++limiter.passed;
            return true;
        }
    }
    if (limiter.times)
        --*limiter.times;
    return false;
}

}  // namespace

std::optional<answer> gate_key(backend& all, const request& incoming) {
    constexpr std::string_view scheme = "Bearer ";
    const auto field = incoming[boost::beast::http::field::authorization];
    const std::string_view header{field.data(), field.size()};
    if (!all.flags.unauthorized && header.starts_with(scheme) &&
        header.substr(scheme.size()) == all.given.api_key)
        return std::nullopt;
    ++all.counts.unauthorized;
    const bool formed = header.starts_with(scheme);
    return error_answer(401, usual_type(401),
                        formed ? "invalid api key" : "missing or malformed bearer token");
}

std::optional<answer> gate_create(backend& all, const request& incoming) {
    if (auto refusal = gate_key(all, incoming))
        return refusal;
    auto& limiter = all.flags.limiter;
    if (limiter && limiter->creates && !passes(*limiter))
        return throttled(limiter->retry_after, "too many requests");
    if (all.given.max_concurrent && all.counts.unfinished >= *all.given.max_concurrent)
        return throttled(std::nullopt, "too many concurrent tasks");
    return std::nullopt;
}

std::optional<answer> gate_poll(backend& all, const request& incoming) {
    if (auto refusal = gate_key(all, incoming))
        return refusal;
    auto& limiter = all.flags.limiter;
    if (limiter && limiter->polls && !passes(*limiter))
        return throttled(limiter->retry_after, "too many requests");
    return std::nullopt;
}

}  // namespace simulator
