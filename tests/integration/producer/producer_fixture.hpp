#pragma once
// A client, its context, and short words for asking it.

#include "adapters/producer/client.hpp"
#include "fake_server.hpp"
#include "tests/support/await.hpp"

#include <gtest/gtest.h>

namespace tests {

using namespace std::chrono_literals;
namespace create_answer = gateway::create_answer;
namespace task_answer = gateway::task_answer;
namespace credits_answer = gateway::credits_answer;
namespace fetch_answer = gateway::fetch_answer;

inline gateway::job order(std::string prompt = "calm piano") {
    gateway::job job;
    job.id = "mgen_0123456789ab";
    job.request.prompt = std::move(prompt);
    job.request.duration_seconds = 60;
    job.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    return job;
}

inline gateway::engine studio() {
    gateway::engine engine;
    engine.model = "FUZZ-2.0";
    return engine;
}

class producer_fixture : public testing::Test {
protected:
    adapters::producer::client make(adapters::producer::client_settings settings) {
        return {context.get_executor(), names, std::move(settings)};
    }

    static adapters::producer::client_settings at(const std::string& base_url) {
        adapters::producer::client_settings settings;
        settings.base_url = base_url;
        settings.api_key = "sk_test_secret";
        settings.connections.idle_for_once = 60s;  // so that a slow machine changes nothing
        settings.connections.idle_for_repeatable = 60s;
        return settings;
    }

    create_answer::any create(adapters::producer::client& client, std::chrono::milliseconds patience = 10s) {
        return await(context, client.create(order(), studio(), gateway::deadline::after(patience)));
    }
    task_answer::any look(adapters::producer::client& client, std::chrono::milliseconds patience = 10s) {
        return await(context, client.look("t-1", "", gateway::deadline::after(patience)));
    }

    boost::asio::io_context context{1};
    gateway::http_client::resolver names;
};

template <class Kind, class Answer>
::testing::AssertionResult answered(const Answer& answer) {
    if (std::holds_alternative<Kind>(answer))
        return ::testing::AssertionSuccess();
    const std::string reason = std::visit(
        [](const auto& kind) {
            if constexpr (requires { kind.reason; })
                return kind.reason;
            else
                return std::string{};
        },
        answer);
    return ::testing::AssertionFailure() << "alternative " << answer.index() << " " << reason;
}

}  // namespace tests
