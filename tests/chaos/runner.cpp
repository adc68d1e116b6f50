#include "tests/chaos/runner.hpp"

#include "tests/chaos/summary.hpp"
#include "tests/support/scratch_folder.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

namespace chaos {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t long_run_lanes = 2;  // scenarios at a time: they mostly wait
constexpr std::uint64_t kills_of_a_long_run = 200;
constexpr std::size_t most_told = 10;    // differences of one scenario
constexpr int full_length_minutes = 30;  // from which on the kills are promised

class round_robin {
public:
    round_robin(const run_options& wanted, std::filesystem::path folder)
        : wanted_{wanted}, folder_{std::move(folder)} {
        // "kill9.2" is the third round of kill9, as a long run names it.
        const auto dot = wanted.only.find('.');
        const auto name = std::string_view{wanted.only}.substr(0, dot);
        if (dot != std::string::npos)
            first_round_ = std::strtoul(wanted.only.c_str() + dot + 1, nullptr, 10);
        for (const scenario& each : all_scenarios())
            if (name.empty() || name == each.name)
                chosen_.push_back(&each);
    }

    bool nothing_chosen() const { return chosen_.empty(); }

    // All that belong into the short run, each at its own second.
    void brief() {
        std::vector<std::jthread> lanes;
        for (const scenario* each : chosen_) {
            if (each->brief_start < 0 && wanted_.only.empty())
                continue;
            const int start = wanted_.only.empty() ? each->brief_start : 0;
            lanes.emplace_back([this, each, start] {
                pause(std::chrono::seconds{start});
                play_one(*each, first_round_, length::brief);
            });
        }
    }

    // Round after round, in lanes, until the time is over.
    void thorough() {
        const auto until = steady::now() + std::chrono::minutes{wanted_.minutes};
        std::atomic<std::size_t> next = 0;
        std::vector<std::jthread> lanes;
        for (std::size_t lane = 0; lane < std::min(long_run_lanes, chosen_.size()); ++lane)
            lanes.emplace_back([&] {
                // Each scenario at least once.
                for (auto turn = next++; turn < chosen_.size() || (steady::now() < until && !broken_);
                     turn = next++)
                    play_one(*chosen_[turn % chosen_.size()], first_round_ + turn / chosen_.size(),
                             length::thorough);
            });
    }

    const std::vector<summary_row>& rows() const { return rows_; }

private:
    void play_one(const scenario& which, std::size_t round, length how_long) {
        const std::string name{which.name};
        const std::string part = name + (round == 0 ? "" : "." + std::to_string(round));
        assignment given{decisions{wanted_.seed}.about(part), folder_ / part, how_long};
        const auto begun = steady::now();
        scenario_report report;
        try {
            report = which.run(given);
        } catch (const std::exception& problem) {
            report.differences.push_back(std::string{"the scenario itself failed: "} + problem.what() + "\n");
            broken_ = true;
        }
        report.seconds = std::chrono::duration<double>(steady::now() - begun).count();
        const std::lock_guard lock{guard_};
        std::cout << progress_line(part, report) << std::flush;
        tell(part, report.differences, given.folder);
        rows_.push_back({name, part, std::move(report)});
    }

    // The first few; all of them lie beside the logs.
    static void tell(const std::string& part, const std::vector<std::string>& differences,
                     const std::filesystem::path& folder) {
        if (differences.empty())
            return;
        std::filesystem::create_directories(folder);
        std::ofstream all{folder / "differences.txt"};
        for (std::size_t i = 0; i < differences.size(); ++i) {
            all << differences[i] << "\n";
            if (i < most_told)
                std::cout << "\n" << part << ": " << differences[i];
        }
        if (differences.size() > most_told)
            std::cout << "\n" << part << ": and " << differences.size() - most_told << " more\n";
        std::cout << part << ": all of it, and the logs: " << folder.string() << "\n\n" << std::flush;
    }

    const run_options& wanted_;
    std::filesystem::path folder_;
    std::vector<const scenario*> chosen_;
    std::size_t first_round_ = 0;
    std::atomic<bool> broken_ = false;  // what cannot even be played is not played again and again
    std::mutex guard_;
    std::vector<summary_row> rows_;
};

}  // namespace

int run(const run_options& wanted) {
    std::cout << "chaos: seed " << wanted.seed << "\n" << std::flush;
    std::string pattern = (std::filesystem::temp_directory_path() / "mg-chaos-XXXXXX").string();
    const std::filesystem::path folder = wanted.keep.empty() ? ::mkdtemp(pattern.data()) : wanted.keep;
    round_robin rounds{wanted, folder};
    if (rounds.nothing_chosen()) {
        std::cerr << "chaos: there is no scenario " << wanted.only << "; --list names them\n";
        return 2;
    }
    if (wanted.minutes > 0)
        rounds.thorough();
    else
        rounds.brief();
    const verdict found = summarize(rounds.rows(), std::cout);
    bool good = found.differences == 0;
    if (wanted.minutes >= full_length_minutes && wanted.only.empty() && found.kills < kills_of_a_long_run) {
        std::cout << "only " << found.kills << " kills: too few for a long run\n";
        good = false;
    }
    if (wanted.keep.empty() && good)
        std::filesystem::remove_all(folder);
    else
        std::cout << "logs: " << folder.string() << "\n";
    std::cout << "chaos: seed " << wanted.seed << ": "
              << (good ? "the ledgers agree"
                       : "THE LEDGERS DIFFER, " + std::to_string(found.differences) + " times")
              << "\n";
    return good ? 0 : 1;
}

}  // namespace chaos
