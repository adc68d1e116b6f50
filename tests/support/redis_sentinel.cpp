#include "tests/support/redis_sentinel.hpp"

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace tests {

namespace {

std::string configuration(std::uint16_t port, const std::filesystem::path& folder, std::uint16_t primary) {
    return "port " + std::to_string(port) + "\nbind 127.0.0.1\nunixsocket " + (folder / "s.sock").string() +
           "\ndir " + folder.string() + "\nlogfile " + (folder / "log").string() +
           "\nsentinel monitor jobs 127.0.0.1 " + std::to_string(primary) +
           " 2\nsentinel down-after-milliseconds jobs 500\nsentinel failover-timeout jobs 3000\n";
}

// The line after the one that is `name`, in the plain form of a reply that lists names and values.
std::string value_after(const std::string& lines, const std::string& name) {
    const auto found = ("\n" + lines).find("\n" + name + "\n");
    if (found == std::string::npos)
        return {};
    const auto start = found + name.size() + 1;
    return lines.substr(start, lines.find('\n', start) - start);
}

redis_server_options replica_of(std::uint16_t port) {
    return {.tcp = true, .arguments = {"--replicaof", "127.0.0.1", std::to_string(port)}};
}

}  // namespace

redis_sentinel::redis_sentinel(std::uint16_t primary_port, const std::string& settings)
    : folder_{fresh_folder("mg-sentinel")} {
    process_ = started_on_a_port([&](std::uint16_t port) {
        port_ = port;
        std::ofstream{folder_ / "sentinel.conf"} << configuration(port_, folder_, primary_port) << settings;
        return std::make_unique<redis_process>(
            std::vector<std::string>{"redis-sentinel", folder_ / "sentinel.conf"}, folder_ / "s.sock");
    });
}

redis_sentinel::~redis_sentinel() {
    process_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void redis_sentinel::kill() {
    process_->end(SIGKILL);
}

void redis_sentinel::start() {
    process_->start();
}

redis_group::redis_group()
    : first_{{.tcp = true, .arguments = {}}},
      second_{replica_of(first_.port())},
      sentinels_{redis_sentinel{first_.port()}, redis_sentinel{first_.port()},
                 redis_sentinel{first_.port()}} {
    wait_until("the sentinels to know of each other and of the replica", [this] { return settled(); });
}

bool redis_group::settled() const {
    for (const redis_sentinel& each : sentinels_) {
        const auto facts = each.command({"SENTINEL", "MASTER", "jobs"});
        const auto replicas = each.command({"SENTINEL", "REPLICAS", "jobs"});
        if (value_after(facts, "num-slaves") != "1" || value_after(facts, "num-other-sentinels") != "2" ||
            value_after(facts, "flags") != "master" || value_after(replicas, "master-link-status") != "ok")
            return false;
    }
    return true;
}

std::string redis_group::url() const {
    std::string hosts;
    for (const redis_sentinel& each : sentinels_)
        hosts += (hosts.empty() ? "" : ",") + ("127.0.0.1:" + std::to_string(each.port()));
    return "redis+sentinel://" + hosts + "/jobs";
}

std::uint16_t redis_group::primary_port(std::size_t sentinel) const {
    const auto lines = sentinels_[sentinel].command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "jobs"});
    return static_cast<std::uint16_t>(std::stoi(lines.substr(lines.find('\n') + 1)));
}

void redis_group::promote() {
    sentinels_[0].command({"SENTINEL", "FAILOVER", "jobs"});
}

void wait_until(const std::string& what, const std::function<bool()>& holds,
                std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error{"waited in vain for " + what};
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

}  // namespace tests
