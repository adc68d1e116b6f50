// Runs scenarios, side by side where there is no time for one after the other, and says what came of them.
#include "tests/chaos/runner.hpp"

#include <boost/program_options.hpp>

#include <iostream>
#include <random>

namespace {

namespace po = boost::program_options;

chaos::run_options read(int argc, char** argv) {
    chaos::run_options wanted;
    po::options_description options{"chaos: real gateways, a real Redis, and all that may go wrong"};
    auto add = options.add_options();
    add("seed", po::value(&wanted.seed), "decides everything; random without it");
    add("minutes", po::value(&wanted.minutes),
        "a long run: round after round until the time is over; without it one short round of two minutes");
    add("scenario", po::value(&wanted.only), "only this one");
    add("keep", po::value(&wanted.keep), "a folder for all logs, kept whatever the outcome");
    add("list", "what there is");
    add("help", "this text");
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, options), given);
    po::notify(given);
    if (given.contains("help")) {
        std::cout << options;
        std::exit(0);
    }
    if (given.contains("list")) {
        for (const auto& each : chaos::all_scenarios())
            std::cout << each.name << ": " << each.says << "\n";
        std::exit(0);
    }
    if (!given.contains("seed"))
        wanted.seed = std::random_device{}();
    return wanted;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return chaos::run(read(argc, argv));
    } catch (const std::exception& problem) {
        std::cerr << "chaos: " << problem.what() << "\n";
        return 2;
    }
}
