#include "tests/support/redis_server.hpp"

#include <csignal>

namespace tests {

redis_server::redis_server(redis_server_options options)
    : options_{std::move(options)}, folder_{fresh_folder("mg-redis")} {
    const auto process_on = [this](std::uint16_t port) {
        port_ = port;
        return std::make_unique<redis_process>(line(), socket());
    };
    if (options_.tcp) {
        process_ = started_on_a_port(process_on);
    } else {
        process_ = process_on(0);
        process_->start();
    }
}

redis_server::~redis_server() {
    process_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> redis_server::line() const {
    std::vector<std::string> words{"redis-server",
                                   "--port",
                                   std::to_string(port_),
                                   "--bind",
                                   "127.0.0.1",
                                   "--unixsocket",
                                   socket(),
                                   "--appendonly",
                                   "yes",
                                   "--dir",
                                   folder_,
                                   "--save",
                                   "",
                                   "--logfile",
                                   folder_ / "log",
                                   "--daemonize",
                                   "no",
                                   "--databases",
                                   "16"};
    words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
    return words;
}

void redis_server::start() {
    process_->start();
}

void redis_server::launch(const std::vector<std::string>& further) {
    process_->launch(further);
}

void redis_server::stop() {
    process_->end(SIGTERM);
}

void redis_server::kill() {
    process_->end(SIGKILL);
}

void redis_server::freeze() {
    process_->freeze();
}

void redis_server::thaw() {
    process_->thaw();
}

void redis_server::forget() {
    std::filesystem::remove_all(folder_ / "appendonlydir");
}

std::string redis_server::command(const std::vector<std::string>& arguments) const {
    return process_->command(arguments);
}

}  // namespace tests
