// The stand-in for the producer in the bench: one thread that answers at once. The simulator in
// tests/simulator is the faithful one; this one is fast, so that it is the gateway that is measured.
//   bench-upstream [--listen 127.0.0.1:0] --audio FILE
#include "tests/bench/upstream/routes.hpp"
#include "tests/bench/upstream/server.hpp"
#include "tests/bench/upstream/webhooks.hpp"

#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>

namespace {

std::atomic<bool> stopped = false;

std::string text_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>{file}, {}};
}

void run(int count, char** arguments) {
    std::map<std::string, std::string> options{{"--listen", "127.0.0.1:0"}, {"--audio", ""}};
    for (int i = 1; i < count; i += 2) {
        const auto option = options.find(arguments[i]);
        if (option == options.end() || i + 1 == count)
            throw std::invalid_argument(std::string{"unknown option, or one without a value: "} +
                                        arguments[i]);
        option->second = arguments[i + 1];
    }
    const std::string& audio = options["--audio"];

    bench::upstream::webhook_sender webhooks;
    bench::upstream::routes routes{webhooks, audio.empty() ? std::string{} : text_of(audio)};
    bench::upstream::server server{bench::wire::parse_endpoint(options["--listen"]),
                                   [&](std::string_view head, std::string_view body, std::string& out) {
                                       routes.answer(head, body, out);
                                   }};
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port());
    routes.serves_at(url);
    std::cout << "bench-upstream: listening on " << url << std::endl;
    server.run(stopped);
}

}  // namespace

int main(int count, char** arguments) {
    struct sigaction stop = {};
    stop.sa_handler = [](int) { stopped = true; };
    ::sigaction(SIGTERM, &stop, nullptr);
    ::sigaction(SIGINT, &stop, nullptr);
    try {
        run(count, arguments);
    } catch (const std::exception& failure) {
        std::cerr << "bench-upstream: " << failure.what() << '\n';
        return 1;
    }
}
