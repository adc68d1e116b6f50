// The load generator of the bench. Prints one JSON object: what was answered, and how fast.
//   bench-load --target HOST:PORT --template FILE [--connections N] [--requests N] [--seconds S]
//   [--first-number N]
//              [--ids FILE] [--save-ids FILE]
#include "tests/bench/load/generator.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace {

using bench::load::tally;

std::string text_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file{path};
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

std::map<std::string, std::string> options_in(int count, char** arguments) {
    std::map<std::string, std::string> options{
        {"--target", ""},   {"--template", ""},      {"--connections", "1"}, {"--requests", "0"},
        {"--seconds", "0"}, {"--first-number", "0"}, {"--ids", ""},          {"--save-ids", ""}};
    for (int i = 1; i < count; i += 2) {
        const auto option = options.find(arguments[i]);
        if (option == options.end() || i + 1 == count)
            throw std::invalid_argument(std::string{"unknown option, or one without a value: "} +
                                        arguments[i]);
        option->second = arguments[i + 1];
    }
    return options;
}

// Microseconds. The value that so many of a hundred do not exceed.
double percentile(const std::vector<std::uint32_t>& sorted, double percent) {
    if (sorted.empty())
        return 0;
    const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1] / 1000.0;
}

template <class Map>
void print_counts(const Map& counts) {
    std::cout << '{';
    const char* separator = "";
    for (const auto& [what, count] : counts) {
        std::cout << separator << '"' << what << "\":" << count;
        separator = ",";
    }
    std::cout << '}';
}

void print(tally& result) {
    std::sort(result.latencies_ns.begin(), result.latencies_ns.end());
    std::cout << "{\"started_ns\":" << result.started_ns << ",\"ended_ns\":" << result.ended_ns
              << ",\"good\":" << result.latencies_ns.size() << ",\"bytes\":" << result.bytes
              << ",\"statuses\":";
    print_counts(result.statuses);
    std::cout << ",\"errors\":";
    print_counts(result.errors);
    std::cout << ",\"latency_us\":{";
    for (const double percent : {50.0, 90.0, 99.0, 99.9})
        std::cout << "\"p" << percent << "\":" << percentile(result.latencies_ns, percent) << ',';
    std::cout << "\"max\":" << percentile(result.latencies_ns, 100) << "}}" << std::endl;
}

void run(int count, char** arguments) {
    auto options = options_in(count, arguments);
    bench::load::plan plan;
    plan.target = bench::wire::parse_endpoint(options["--target"]);
    plan.connections = std::stoul(options["--connections"]);
    plan.requests = std::stoull(options["--requests"]);
    plan.seconds = std::stod(options["--seconds"]);
    plan.keep_ids = !options["--save-ids"].empty();
    if (plan.requests == 0 && plan.seconds <= 0)
        throw std::invalid_argument("--requests or --seconds says when to end");

    auto ids = options["--ids"].empty() ? std::vector<std::string>{} : lines_of(options["--ids"]);
    bench::load::request_maker requests{text_of(options["--template"]), std::move(ids),
                                        std::stoull(options["--first-number"])};
    bench::load::generator generator{plan, requests};
    tally result = generator.run();
    if (plan.keep_ids) {
        std::ofstream file{options["--save-ids"]};
        for (const std::string& id : result.ids)
            file << id << '\n';
    }
    print(result);
}

}  // namespace

int main(int count, char** arguments) {
    try {
        run(count, arguments);
    } catch (const std::exception& failure) {
        std::cerr << "bench-load: " << failure.what() << '\n';
        return 1;
    }
}
