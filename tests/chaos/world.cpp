#include "tests/chaos/world.hpp"

#include "tests/chaos/upstream_mix.hpp"

#include <charconv>
#include <fstream>
#include <stdexcept>

namespace chaos {

using end_to_end::gateway_config;

namespace {

constexpr std::size_t customer_count = 3;

std::vector<customer> make_customers() {
    std::vector<customer> all;
    for (std::size_t i = 0; i < customer_count; ++i) {
        const std::string number = std::to_string(i);
        all.push_back({"ak_chaos_customer_" + number, "usr_" + number, "org_" + number});
    }
    return all;
}

std::string keys_file(const std::vector<customer>& customers) {
    std::vector<end_to_end::client_key> keys;
    for (const customer& each : customers)
        keys.push_back({each.key, each.user, "[" + each.organization + "]"});
    return end_to_end::keys_yaml(keys);
}

std::uint16_t port_of(const std::string& url) {
    std::uint16_t port = 0;
    const auto colon = url.rfind(':') + 1;
    std::from_chars(url.data() + colon, url.data() + url.size(), port);
    return port;
}

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream out{file, std::ios::trunc};
    out << text;
    out.close();
    if (!out)
        throw std::runtime_error{"cannot write " + file.string()};
}

}  // namespace

replica::replica(std::filesystem::path folder, std::string name, std::vector<std::string> environment)
    : folder_{std::move(folder)}, name_{std::move(name)}, environment_{std::move(environment)} {}

std::string replica::url() const {
    const std::lock_guard lock{guard_};
    return from_clients ? from_clients->url() : url_;
}

std::string replica::admin() const {
    const std::lock_guard lock{guard_};
    return admin_;
}

void replica::start() {
    const auto file = folder_ / (name_ + ".yaml");
    write(file, config_.yaml());
    // Its output lies in files of its own, however often it is started.
    const std::string run = name_ + "." + std::to_string(++starts_);
    running_ = std::make_unique<end_to_end::gateway_process>(folder_, file, run, environment_);
    if (from_clients)
        from_clients->forward_to({port_of(running_->url())});
    const std::lock_guard lock{guard_};
    url_ = running_->url();
    admin_ = running_->admin();
}

void replica::kill() {
    running_->process().kill();
}

world::world(std::filesystem::path folder, decisions seed, world_options options)
    : folder_{std::move(folder)}, options_{std::move(options)}, customers_{make_customers()} {
    std::filesystem::create_directories(folder_);
    write(folder_ / "keys.yaml", keys_file(customers_));
    if (options_.store_url.empty())
        redis_ = std::make_unique<tests::redis_server>(
            tests::redis_server_options{.tcp = false, .arguments = options_.redis_arguments});
    if (options_.proxies) {
        cdn_ = std::make_unique<fault_proxy>(seed.seed_for("cdn"));
        options_.simulator_options.insert(options_.simulator_options.end(), {"--cdn-url", cdn_->url()});
    }
    if (options_.webhooks)
        options_.simulator_options.emplace_back("--allow-http-webhooks");
    simulator_ = std::make_unique<end_to_end::simulator_process>(folder_, options_.simulator_options);
    if (cdn_)
        cdn_->forward_to({port_of(simulator_->cdn_url())});
    script_upstream();
    for (std::size_t i = 0; i < options_.replicas; ++i) {
        const auto environment = i == 1 ? options_.environment_of_second : std::vector<std::string>{};
        const std::string name{"replica-", 8};
        auto& added = replicas_.emplace_back(std::make_unique<replica>(
            folder_, name + static_cast<char>('a' + static_cast<int>(i)), environment));
        if (options_.proxies)
            add_proxies(*added, seed);
        added->configure(config_for(*added));
        added->start();
    }
}

void world::add_proxies(replica& to, const decisions& seed) const {
    to.to_store = std::make_unique<fault_proxy>(seed.seed_for(to.name() + " store"));
    to.to_store->forward_to({0, redis_->socket()});
    to.to_upstream = std::make_unique<fault_proxy>(seed.seed_for(to.name() + " upstream"));
    to.to_upstream->forward_to({port_of(simulator_->url())});
    to.from_clients = std::make_unique<fault_proxy>(seed.seed_for(to.name() + " clients"));
}

gateway_config world::config_for(const replica& which) const {
    gateway_config config;
    const std::string direct = redis_ ? "unix://" + redis_->socket() : options_.store_url;
    config.set("threads", "1")
        .set("store.kind", "redis")
        .set("store.redis.url",
             which.to_store ? "redis://127.0.0.1:" + std::to_string(which.to_store->port()) : direct)
        .set("producer.base_url", which.to_upstream ? which.to_upstream->url() : simulator_->url())
        .set("producer.api_key", end_to_end::simulator_process::api_key)
        .set("producer.max_in_flight", "300")
        .set("producer.unknown_outcome.wait", "2s")
        .set("limits.request_timeout", "4s")
        .set("public_url", "http://music.test");
    if (options_.webhooks)
        config.set("producer.webhook.public_url", which.from_clients->url())
            .set("producer.webhook.secret", "a-secret-for-webhooks-5b1c09");
    if (options_.adjust)
        options_.adjust(config);
    return config;
}

void world::script_upstream() const {
    const auto reply = end_to_end::ask(
        simulator_->url(),
        {"PUT", "/_control/script", {{"Content-Type", "application/json"}}, script_of_all_kinds()});
    if (reply.status != 200)
        throw std::runtime_error{"simulator: the script was refused: " + reply.body};
}

void world::heal() {
    for (const auto& each : replicas_)
        for (const auto* proxy : {&each->to_store, &each->to_upstream, &each->from_clients})
            if (*proxy)
                (*proxy)->heal();
    if (cdn_)
        cdn_->heal();
}

}  // namespace chaos
