#include "tests/support/stage.hpp"

#include "tests/support/contract_watch.hpp"

#include <algorithm>
#include <iostream>
#include <regex>

namespace end_to_end {

namespace json = boost::json;

namespace {

constexpr std::size_t most_shown = 12'000;  // of each program's output

std::string tail_of(const std::string& text) {
    return text.size() <= most_shown ? text
                                     : "...\n" + text.substr(text.find('\n', text.size() - most_shown) + 1);
}

std::vector<std::string> names_in(const json::object& object) {
    std::vector<std::string> names;
    for (const auto& member : object)
        names.emplace_back(member.key());
    return names;
}

const std::vector<std::string> envelope_names{"success", "error"};
const std::vector<std::string> error_names{"code",   "message", "system_message", "type",
                                           "status", "details", "trace_id",       "timestamp"};

}  // namespace

std::vector<client_key> usual_keys() {
    return {{raw_keys::alice, "usr_alice", "[org_abc123, org_second]"},
            {raw_keys::bob, "usr_bob"},
            {raw_keys::carol, "usr_carol", "[org_other]"},
            {raw_keys::reader, "usr_reader", "[org_abc123]", "capabilities: []"},
            {raw_keys::paused, "usr_alice", "[org_abc123]", "state: paused"},
            {raw_keys::deactivated, "usr_alice", "[org_abc123]", "state: deactivated"},
            {raw_keys::expired, "usr_alice", "[org_abc123]", "expires_at: 2020-01-01T00:00:00Z"},
            {raw_keys::slow, "usr_slow", "[org_abc123]", "requests_per_minute: 2"}};
}

void Stage::TearDown() {
    if (!HasFailure())
        return;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        const auto name = entry.path().filename().string();
        if (name.ends_with(".err") || name.ends_with(".out"))
            std::cout << "---- " << name << "\n" << tail_of(read_file(entry.path())) << "\n";
    }
}

std::string Stage::write_config() const {
    folder.write("keys.yaml", keys_yaml(keys));
    return folder.write("gateway.yaml", config.yaml());
}

void Stage::start(const std::vector<std::string>& simulator_options) {
    simulator = std::make_unique<simulator_process>(folder.path(), simulator_options);
    config.set("producer.base_url", simulator->url());
    config.set("producer.api_key", simulator_process::api_key);
    if (store_ == store_kind::redis) {
        redis = std::make_unique<tests::redis_server>();
        config.set("store.kind", "redis").set("store.redis.url", "unix://" + redis->socket());
    }
    gateway = another_gateway("gateway");
}

std::unique_ptr<gateway_process> Stage::another_gateway(const std::string& name) {
    return std::make_unique<gateway_process>(folder.path(), write_config(), name);
}

void Stage::restart_gateway() {
    gateway.reset();
    gateway = another_gateway("gateway" + std::to_string(++starts_));
}

std::string Stage::door_to(const std::string& url) {
    if (prism_program().empty())
        return url;
    return doors_.emplace_back([url](const http_request& asked) { return ask(url, asked); }).url();
}

std::string Stage::target_of(const std::string& url) {
    return url.substr(std::min(url.size(), url.find('/', url.find("//") + 2)));
}

http_reply Stage::play(const std::string& playback_url, const header_list& headers,
                       const std::string& method) const {
    return ask(gateway->url(), {method, target_of(playback_url), headers});
}

void PrintTo(store_kind store, std::ostream* out) {
    *out << (store == store_kind::redis ? "redis" : "memory");
}

std::string name_of_store(const testing::TestParamInfo<store_kind>& info) {
    return info.param == store_kind::redis ? "Redis" : "Memory";
}

error_envelope expect_error(const http_reply& reply, int status) {
    error_envelope seen;
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_EQ(reply.header("content-type"), "application/json");
    const auto body = reply.json().as_object();
    EXPECT_EQ(names_in(body), envelope_names) << reply.body;
    EXPECT_EQ(body.at("success"), json::value(false));
    const auto& error = body.at("error").as_object();
    EXPECT_EQ(names_in(error), error_names) << reply.body;
    EXPECT_EQ(error.at("status"), json::value(status)) << reply.body;
    EXPECT_EQ(text(error, "trace_id"), reply.header("x-request-id")) << reply.body;
    EXPECT_FALSE(reply.header("x-request-id").empty());
    static const std::regex moment{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"};
    EXPECT_TRUE(std::regex_match(text(error, "timestamp"), moment)) << reply.body;
    seen.code = text(error, "code");
    seen.type = text(error, "type");
    seen.message = text(error, "message");
    seen.system_message = text(error, "system_message");
    seen.details = error.at("details").as_object();
    EXPECT_FALSE(seen.message.empty()) << reply.body;
    return seen;
}

void expect_error(const http_reply& reply, int status, std::string_view code, std::string_view type) {
    const auto seen = expect_error(reply, status);
    EXPECT_EQ(seen.code, code) << reply.body;
    EXPECT_EQ(seen.type, type) << reply.body;
}

}  // namespace end_to_end
