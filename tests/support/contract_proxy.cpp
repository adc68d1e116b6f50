#include "tests/support/contract_proxy.hpp"

#include "tests/support/child_process.hpp"
#include "tests/support/prism_dialect.hpp"
#include "tests/support/scratch_folder.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>

namespace end_to_end {

namespace json = boost::json;

namespace {

constexpr const char* exchange_header = "x-test-exchange";
constexpr const char* route_not_found = "Selected route not found";
constexpr milliseconds slow_node{90'000};  // for Prism itself, where it gets little of the processor
constexpr const char* cut_off = "request (and more)";  // Prism cuts a list that is too long for a header

// On its way through Prism. The relay asks the gateway unless `reply` is there already; the test waits for
// Prism.
struct exchange {
    std::string gateway_url;
    http_request asked;
    milliseconds within;
    std::optional<http_reply> reply;
    std::string problem = {};  // why the gateway gave none
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

bool is_json(const std::string& text) {
    boost::system::error_code problem;
    json::parse(text, problem);
    return !problem;
}

}  // namespace

std::vector<std::string> judged_exchange::complaints() const {
    std::vector<std::string> all;
    const bool success = reply.status < 400;
    for (const auto& [where, what] : violations) {
        if (where.starts_with("response"))
            all.push_back(where + ": " + what);
        else if (success)
            all.push_back("a request that breaks the document (" + where + ": " + what + ") was answered " +
                          std::to_string(reply.status));
    }
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

    static std::pair<std::optional<http_reply>, std::string> answer_to(const exchange& one) {
        try {
            return {ask_directly(one.gateway_url, one.asked, one.within), {}};
        } catch (const std::runtime_error& failure) {
            return {std::nullopt, failure.what()};
        }
    }

    http_reply carry(const http_request& from_prism) {
        for (const auto& [name, value] : from_prism.headers) {
            const auto one = name == exchange_header ? find(value) : nullptr;
            if (!one)
                continue;
            std::unique_lock lock{guard};
            if (!one->reply) {
                lock.unlock();
                auto [reply, problem] = answer_to(*one);
                lock.lock();
                one->reply = std::move(reply);
                one->problem = std::move(problem);
            }
            if (!one->reply)
                throw std::runtime_error(one->problem);
            return reply_for_prism(*one->reply, one->asked.method);
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
            from_prism = ask_directly(prism_url, shown, within + slow_node);
        } catch (const std::runtime_error& failure) {
            problem = failure.what();
        }
        leave(number);
        const std::lock_guard lock{guard};
        if (!one->reply && !one->problem.empty())
            throw std::runtime_error(one->problem);
        if (!one->reply && from_prism)
            return std::nullopt;
        if (!one->reply || !from_prism)
            throw std::runtime_error("through Prism: " + problem);
        judged_exchange judged{*one->reply, violations_in(*from_prism)};
        if (from_prism->status != reply_for_prism(judged.reply, real.method).status)
            judged.violations.push_back({"response", "Prism answered " + std::to_string(from_prism->status) +
                                                         " instead: " + from_prism->body});
        return judged;
    }

    // Where the document has no operation, Prism has no answer to judge by: refusals are then judged as what
    // the transport may say to everybody, or by what is promised outside the routes.
    judged_exchange with_answers_elsewhere(judged_exchange judged, const std::string& method) {
        const auto is_unknown = [](const violation& each) { return each.what == route_not_found; };
        const bool known = std::none_of(judged.violations.begin(), judged.violations.end(), is_unknown);
        const int status = judged.reply.status;
        if (known || status < 400)
            return judged;
        const http_request elsewhere{method == "HEAD" ? "HEAD" : "GET", status == 404 || status == 405
                                                                            ? "/outside-the-routes"
                                                                            : "/openapi.json"};
        auto again = through_prism({}, elsewhere, elsewhere, patience, judged.reply);
        judged.violations.insert(judged.violations.end(), again->violations.begin(), again->violations.end());
        return judged;
    }
};

contract_proxy::contract_proxy(const std::string& prism, const std::string& gateway_url)
    : state_{std::make_unique<state>()} {
    const auto document = ask_directly(gateway_url, {"GET", "/openapi.json"});
    if (document.status != 200)
        throw std::runtime_error("no OpenAPI document at " + gateway_url);
    const auto shown = document_for_prism(document.json(), documents_beside());
    state_->relay =
        std::make_unique<http_responder>([this](const http_request& asked) { return state_->carry(asked); });
    const program what{prism,
                       {"proxy", "--cors=false", "--host=127.0.0.1", "--port=0", "--verboseLevel=info",
                        state_->folder.write("openapi.json", json::serialize(shown)), state_->relay->url()},
                       {"NODE_ENV=development", "FORCE_COLOR=0"}};
    state_->prism = std::make_unique<child_process>(what, state_->folder.path(), "prism");
    eventually(
        [&] {
            const bool ended = !state_->prism->running();
            state_->prism_url = listening_url(state_->prism->out());
            return ended || !state_->prism_url.empty();
        },
        slow_node);
    if (state_->prism_url.empty())
        throw std::runtime_error("Prism does not start (tests/end_to_end/prism/install installs it); " +
                                 prism + " said:\n" + state_->prism->out() + state_->prism->err());
}

contract_proxy::~contract_proxy() = default;

judged_exchange contract_proxy::ask(const std::string& gateway_url, const http_request& what,
                                    milliseconds within) {
    http_request shown = request_for_prism(what);
    if (auto judged = state_->through_prism(gateway_url, what, shown, within)) {
        const auto& all = judged->violations;
        if (all.empty() || all.front().where != cut_off)
            return state_->with_answers_elsewhere(std::move(*judged), what.method);
        // The request's faults left no room for those of the answer: that once more, with a request of one
        // fault.
        shown.body = "{}";
        if (auto again = state_->through_prism(gateway_url, what, shown, within, judged->reply))
            return std::move(*again);
    } else if (!is_json(what.body)) {
        // A body that Prism cannot even read. It is shown another that is wrong, and so judges the answer.
        shown.body = "{}";
        if (auto again = state_->through_prism(gateway_url, what, shown, within))
            return state_->with_answers_elsewhere(std::move(*again), what.method);
    }
    throw std::runtime_error("Prism does not let this through: " + what.method + " " + what.target);
}

judged_exchange contract_proxy::judge(std::string_view asked, const http_reply& answered) {
    const auto what = request_in(asked);
    auto judged = state_->through_prism({}, what, request_for_prism(what), patience, answered);
    auto whole = state_->with_answers_elsewhere(std::move(*judged), what.method);
    std::erase_if(whole.violations, [](const violation& each) {
        return !each.where.starts_with("response") && each.what != route_not_found;
    });
    return whole;
}

}  // namespace end_to_end
