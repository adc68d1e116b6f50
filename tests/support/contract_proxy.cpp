#include "tests/support/contract_proxy.hpp"

#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>

namespace end_to_end {

namespace json = boost::json;

namespace {

constexpr const char* exchange_header = "x-test-exchange";
constexpr const char* route_not_found = "Selected route not found";
constexpr const char* cut_off = "request (and more)";  // Prism cuts a list that is too long for a header

// On its way through Prism. The relay asks the gateway unless `reply` is there already; the test waits for
// Prism.
struct exchange {
    std::string gateway_url;
    http_request asked;
    milliseconds within;
    std::optional<http_reply> reply;
};

std::string listening_url(const std::string& said) {
    const std::string announcement = "Prism is listening on ";
    const auto at = said.find(announcement);
    const auto end = at == std::string::npos ? at : said.find('\n', at);
    return end == std::string::npos ? std::string{}
                                    : said.substr(at + announcement.size(), end - at - announcement.size());
}

std::vector<violation> violations_in(const http_reply& from_prism) {
    const auto text = from_prism.header("sl-violations");
    if (text.empty())
        return {};
    boost::system::error_code problem;
    const auto list = json::parse(text, problem);
    if (problem)
        return {{cut_off, text}};
    std::vector<violation> all;
    for (const auto& each : list.as_array()) {
        violation one;
        for (const auto& part : each.at("location").as_array())
            one.where += (one.where.empty() ? "" : ".") + std::string{part.as_string()};
        one.what = each.at("message").as_string();
        all.push_back(std::move(one));
    }
    return all;
}

// Schemes are case-insensitive (RFC 9110, 11.1), but not to Prism.
http_request as_prism_reads_it(http_request what) {
    for (auto& [name, value] : what.headers)
        if (value.starts_with("bearer "))
            value.front() = 'B';
    return what;
}

bool is_json(const std::string& text) {
    boost::system::error_code problem;
    json::parse(text, problem);
    return !problem;
}

// Where the document has no operation, Prism has no answer to judge by.
std::string complaint_of_unknown_route(const http_reply& reply) {
    const std::string answered =
        "a route that is not in the document was answered " + std::to_string(reply.status);
    if (reply.status != 404 && reply.status != 405)
        return answered;
    boost::system::error_code problem;
    const auto body = json::parse(reply.body, problem);
    const auto* error = problem ? nullptr : body.find_pointer("/error", problem);
    const auto* code = error ? error->find_pointer("/code", problem) : nullptr;
    if (!code || error->as_object().size() != 8 || reply.header("x-request-id").empty() ||
        *code != (reply.status == 404 ? "RESOURCE_NOT_FOUND" : "METHOD_NOT_ALLOWED"))
        return answered + " without the documented envelope: " + reply.body;
    if (reply.status == 405 && reply.header("allow").empty())
        return answered + " without Allow";
    return {};
}

bool has_dot_segments(const std::string& target) {
    const auto path = target.substr(0, target.find('?')) + '/';
    return path.find("/./") != std::string::npos || path.find("/../") != std::string::npos;
}

}  // namespace

std::vector<std::string> judged_exchange::complaints() const {
    std::vector<std::string> all;
    const bool success = reply.status < 400;
    for (const auto& [where, what] : violations) {
        if (where.starts_with("response"))
            all.push_back(where + ": " + what);
        else if (what == route_not_found)
            all.push_back(complaint_of_unknown_route(reply));
        else if (success)
            all.push_back("a request that breaks the document (" + where + ": " + what + ") was answered " +
                          std::to_string(reply.status));
    }
    std::erase(all, std::string{});
    return all;
}

struct contract_proxy::state {
    std::mutex guard;
    std::map<std::string, std::shared_ptr<exchange>> under_way;
    int last_number = 0;
    scratch_folder folder;
    std::unique_ptr<http_responder> relay;
    std::unique_ptr<child_process> prism;
    std::string prism_url;

    std::string enter(const std::shared_ptr<exchange>& one) {
        const std::lock_guard lock{guard};
        std::string number = std::to_string(++last_number);
        under_way.emplace(number, one);
        return number;
    }
    void leave(const std::string& number) {
        const std::lock_guard lock{guard};
        under_way.erase(number);
    }
    std::shared_ptr<exchange> find(const std::string& number) {
        const std::lock_guard lock{guard};
        const auto found = under_way.find(number);
        return found == under_way.end() ? nullptr : found->second;
    }

    http_reply carry(const http_request& from_prism) {
        for (const auto& [name, value] : from_prism.headers) {
            const auto one = name == exchange_header ? find(value) : nullptr;
            if (!one)
                continue;
            std::unique_lock lock{guard};
            if (one->reply)
                return *one->reply;
            lock.unlock();
            http_reply reply = ask_directly(one->gateway_url, one->asked, one->within);
            lock.lock();
            one->reply = reply;
            return reply;
        }
        throw std::runtime_error("a request that nobody sent through Prism");
    }

    // Nothing when Prism did not let the request through to the relay.
    std::optional<judged_exchange> through_prism(const std::string& gateway_url, const http_request& real,
                                                 http_request shown, milliseconds within,
                                                 std::optional<http_reply> known = std::nullopt) {
        const auto one = std::make_shared<exchange>(exchange{gateway_url, real, within, std::move(known)});
        const auto number = enter(one);
        shown.headers.emplace_back(exchange_header, number);
        std::optional<http_reply> from_prism;
        std::string problem;
        try {
            from_prism = ask_directly(prism_url, shown, within);
        } catch (const std::runtime_error& failure) {
            problem = failure.what();
        }
        leave(number);
        const std::lock_guard lock{guard};
        if (!one->reply && from_prism)
            return std::nullopt;
        if (!one->reply || !from_prism)
            throw std::runtime_error("through Prism: " + problem);
        judged_exchange judged{*one->reply, violations_in(*from_prism)};
        if (from_prism->status != judged.reply.status)
            judged.violations.push_back({"response", "Prism answered " + std::to_string(from_prism->status) +
                                                         " instead: " + from_prism->body});
        return judged;
    }
};

contract_proxy::contract_proxy(const std::string& prism, const std::string& gateway_url)
    : state_{std::make_unique<state>()} {
    const auto document = ask_directly(gateway_url, {"GET", "/openapi.json"});
    if (document.status != 200)
        throw std::runtime_error("no OpenAPI document at " + gateway_url);
    state_->relay =
        std::make_unique<http_responder>([this](const http_request& asked) { return state_->carry(asked); });
    const program what{prism,
                       {"proxy", "--cors=false", "--host=127.0.0.1", "--port=0", "--verboseLevel=info",
                        state_->folder.write("openapi.json", document.body), state_->relay->url()},
                       {"NODE_ENV=development", "FORCE_COLOR=0"}};
    state_->prism = std::make_unique<child_process>(what, state_->folder.path(), "prism");
    eventually([&] {
        const bool ended = !state_->prism->running();
        state_->prism_url = listening_url(state_->prism->out());
        return ended || !state_->prism_url.empty();
    });
    if (state_->prism_url.empty())
        throw std::runtime_error("Prism does not start (tests/end_to_end/prism/install installs it); " +
                                 prism + " said:\n" + state_->prism->out() + state_->prism->err());
}

contract_proxy::~contract_proxy() = default;

judged_exchange contract_proxy::ask(const std::string& gateway_url, const http_request& what,
                                    milliseconds within) {
    if (what.method == "HEAD" || has_dot_segments(what.target))
        return {ask_directly(gateway_url, what, within), {}, false};
    http_request shown = as_prism_reads_it(what);
    if (auto judged = state_->through_prism(gateway_url, what, shown, within)) {
        const auto& all = judged->violations;
        if (all.empty() || all.front().where != cut_off)
            return std::move(*judged);
        // The request's faults left no room for those of the answer: that once more, with a request of one
        // fault.
        shown.body = "{}";
        if (auto again = state_->through_prism(gateway_url, what, shown, within, judged->reply))
            return std::move(*again);
    } else if (!is_json(what.body)) {
        // A body that Prism cannot even read. It is shown another that is wrong, and so judges the answer.
        shown.body = "{}";
        if (auto again = state_->through_prism(gateway_url, what, shown, within))
            return std::move(*again);
    }
    throw std::runtime_error("Prism does not let this through: " + what.method + " " + what.target);
}

// ---- One Prism for the whole test program.

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

http_reply ask_and_judge(const std::string& url, const http_request& what, milliseconds within) {
    if (!the_watch().has(url))
        return ask_directly(url, what, within);
    auto judged = the_watch().proxy->ask(url, what, within);
    the_watch().judged += judged.was_judged ? 1 : 0;
    for (const auto& complaint : judged.complaints())
        ADD_FAILURE() << "against the OpenAPI document: " << complaint << "\n  " << what.method << ' '
                      << what.target << ' ' << what.body.substr(0, 500) << "\n  answered "
                      << judged.reply.status << ' ' << judged.reply.body.substr(0, 1000);
    return std::move(judged.reply);
}

}  // namespace

std::string prism_program() {
    const char* named = std::getenv("GATEWAY_E2E_PROXY");
    return named ? named : "";
}

void watch_gateway(const std::string& gateway_url) {
    if (prism_program().empty() || !gateway_url.starts_with("http:"))
        return;
    auto& one = the_watch();
    if (!one.proxy) {
        one.proxy = std::make_unique<contract_proxy>(prism_program(), gateway_url);
        set_detour(ask_and_judge);
    }
    const std::lock_guard lock{one.guard};
    one.gateways.insert(gateway_url);
}

void forget_gateway(const std::string& gateway_url) {
    const std::lock_guard lock{the_watch().guard};
    the_watch().gateways.erase(gateway_url);
}

}  // namespace end_to_end
