#include "tests/chaos/summary.hpp"

#include <array>
#include <cstdio>
#include <map>
#include <ostream>

namespace chaos {

namespace {

constexpr std::array<const char*, 13> headings{"scenario", "faults", "kills",   "promised",  "succeeded",
                                               "unknown",  "failed", "refused", "cancelled", "tasks",
                                               "lost",     "twice",  "seconds"};

std::string line_of(const std::string& name, const scenario_report& report) {
    const tally& t = report.totals;
    std::array<char, 256> text;
    std::snprintf(text.data(), text.size(),
                  "%-17s %7llu %6llu %9llu %10llu %8llu %7llu %8llu %10llu %7llu %5llu %6llu %8.1f\n",
                  name.c_str(), static_cast<unsigned long long>(report.faults),
                  static_cast<unsigned long long>(report.kills), static_cast<unsigned long long>(t.promised),
                  static_cast<unsigned long long>(t.succeeded), static_cast<unsigned long long>(t.unknown),
                  static_cast<unsigned long long>(t.failed), static_cast<unsigned long long>(t.refused),
                  static_cast<unsigned long long>(t.cancelled), static_cast<unsigned long long>(t.tasks),
                  static_cast<unsigned long long>(t.lost), static_cast<unsigned long long>(t.twice),
                  report.seconds);
    return text.data();
}

std::string heading() {
    std::array<char, 256> text;
    std::snprintf(text.data(), text.size(), "%-17s %7s %6s %9s %10s %8s %7s %8s %10s %7s %5s %6s %8s\n",
                  headings[0], headings[1], headings[2], headings[3], headings[4], headings[5], headings[6],
                  headings[7], headings[8], headings[9], headings[10], headings[11], headings[12]);
    return text.data();
}

}  // namespace

std::string progress_line(const std::string& part, const scenario_report& report) {
    std::string text = line_of(part, report);
    for (const auto& each : report.notes)
        text += "  " + part + ": " + each + "\n";
    return text;
}

verdict summarize(const std::vector<summary_row>& rows, std::ostream& out) {
    std::map<std::string, scenario_report> by_scenario;
    scenario_report all;
    for (const auto& row : rows) {
        by_scenario[row.scenario] += row.report;
        all += row.report;
    }
    out << "\n" << heading();
    for (const auto& [name, report] : by_scenario)
        out << line_of(name, report);
    out << line_of("all", all) << "\n";
    return {all.differences.size(), all.kills};
}

}  // namespace chaos
