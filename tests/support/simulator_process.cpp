#include "tests/support/simulator_process.hpp"

#include "tests/support/free_port.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace end_to_end {

namespace json = boost::json;

namespace {

constexpr const char* quick = R"({"default": {"task": {"pending_ms": 50, "running_ms": 150}}})";

// Members of `over` replace those of `base`, level by level.
void merge(json::object& base, const json::object& over) {
    for (const auto& member : over) {
        auto* known = base.if_contains(member.key());
        if (known && known->is_object() && member.value().is_object())
            merge(known->get_object(), member.value().get_object());
        else
            base[member.key()] = member.value();
    }
}

}  // namespace

simulator_process::simulator_process(const std::filesystem::path& folder,
                                     const std::vector<std::string>& options)
    : folder_{folder}, options_{options} {
    const auto somewhere = [] { return "127.0.0.1:" + std::to_string(tests::free_port()); };
    tests::started_on_free_ports([&] { start(somewhere(), somewhere()); });
}

void simulator_process::start(const std::string& listen, const std::string& cdn_listen) {
    program what{SIMULATOR_PROGRAM, {"--listen", listen, "--cdn-listen", cdn_listen, "--api-key", api_key}};
    what.arguments.insert(what.arguments.end(), options_.begin(), options_.end());
    child_.emplace(what, folder_, "simulator" + std::to_string(++starts_));
    url_ = child_->wait_for_line("producer-simulator: listening on ");
    cdn_url_ = child_->wait_for_line("producer-simulator: cdn on ");
    control("PUT", "script", quick);
}

void simulator_process::restart() {
    child_->stop();
    start(url_.substr(url_.rfind('/') + 1), cdn_url_.substr(cdn_url_.rfind('/') + 1));
}

void simulator_process::control(const std::string& method, const std::string& path,
                                const std::string& body) const {
    const auto reply = ask(url_, {method, "/_control/" + path, {{"Content-Type", "application/json"}}, body});
    if (reply.status != 200)
        throw std::runtime_error("simulator: " + path + " answered " + reply.body);
}

void simulator_process::by_default(const std::string& behaviour) {
    json::object script = json::parse(quick).as_object();
    merge(script, {{"default", json::parse(behaviour)}});
    control("PUT", "script", json::serialize(script));
}

void simulator_process::rule(const std::string& match, const std::string& behaviour, int times) {
    json::object rule{{"match", json::parse(match)}, {"behaviour", json::parse(behaviour)}};
    if (times > 0)
        rule["times"] = times;
    control("POST", "rules", json::serialize(rule));
}

void simulator_process::set_credits(std::uint64_t credits, std::uint64_t extra) {
    control("PUT", "credits", json::serialize(json::object{{"credits", credits}, {"extra_credits", extra}}));
}

void simulator_process::set_switches(const std::string& switches) {
    control("PUT", "switches", switches);
}

void simulator_process::finish(const std::string& task_id, const std::string& result) {
    control("POST", "tasks/" + task_id + "/finish", json::serialize(json::object{{"result", result}}));
}

json::object simulator_process::state() const {
    return ask(url_, {"GET", "/_control/state"}).json().as_object();
}

std::int64_t simulator_process::count(std::string_view member) const {
    return state().at({member.data(), member.size()}).to_number<std::int64_t>();
}

json::object simulator_process::task(std::size_t number) const {
    return state().at("tasks").as_array().at(number).as_object();
}

json::object simulator_process::last_order() const {
    return state().at("tasks").as_array().back().at("request").as_object();
}

}  // namespace end_to_end
