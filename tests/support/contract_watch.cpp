#include "tests/support/contract_watch.hpp"

#include "tests/support/contract_proxy.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>

namespace end_to_end {

namespace {

struct watch {
    std::mutex guard;
    std::set<std::string> gateways;
    std::unique_ptr<contract_proxy> proxy;
    std::atomic<int> judged = 0;

    bool has(const std::string& url) {
        const std::lock_guard lock{guard};
        return gateways.contains(url);
    }
};

watch& the_watch() {
    static watch one;
    return one;
}

// A run in which nothing went through Prism proves nothing, though all tests passed.
class something_was_judged final : public testing::Environment {
    void TearDown() override {
        if (prism_program().empty())
            return;
        std::cout << the_watch().judged << " exchanges judged by the OpenAPI document\n";
        EXPECT_GT(the_watch().judged, 0);
    }
};
const testing::Environment* const at_the_end = testing::AddGlobalTestEnvironment(new something_was_judged);

void report(const judged_exchange& judged, const std::string& asked) {
    ++the_watch().judged;
    for (const auto& complaint : judged.complaints())
        ADD_FAILURE() << "against the OpenAPI document: " << complaint << "\n  " << asked << "\n  answered "
                      << judged.reply.status << ' ' << judged.reply.body.substr(0, 1000);
}

http_reply ask_and_judge(const std::string& url, const http_request& what, milliseconds within) {
    if (!the_watch().has(url))
        return ask_directly(url, what, within);
    auto judged = the_watch().proxy->ask(url, what, within);
    report(judged, what.method + ' ' + what.target + ' ' + what.body.substr(0, 500));
    return std::move(judged.reply);
}

void judge_raw(const std::string& url, std::string_view bytes, const http_reply& reply) {
    if (the_watch().has(url))
        report(the_watch().proxy->judge(bytes, reply), std::string{bytes.substr(0, 500)});
}

}  // namespace

std::string prism_program() {
    const char* named = std::getenv("GATEWAY_E2E_PROXY");
    return named ? named : "";
}

void watch_gateway(const std::string& gateway_url) {
    if (prism_program().empty())
        return;
    auto& one = the_watch();
    if (!one.proxy) {
        one.proxy = std::make_unique<contract_proxy>(prism_program(), gateway_url);
        set_detour(ask_and_judge);
        set_raw_witness(judge_raw);
    }
    const std::lock_guard lock{one.guard};
    one.gateways.insert(gateway_url);
}

void forget_gateway(const std::string& gateway_url) {
    const std::lock_guard lock{the_watch().guard};
    the_watch().gateways.erase(gateway_url);
}

}  // namespace end_to_end
