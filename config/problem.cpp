#include "config/problem.hpp"

#include <algorithm>

namespace config {

std::string describe(const problem& what) {
    std::string line = what.file;
    if (what.at.line > 0)
        line += ":" + std::to_string(what.at.line) + ":" + std::to_string(what.at.column);
    if (!what.key.empty())
        line += ": " + what.key;
    return line + ": " + what.sentence;
}

void sort_by_position(std::vector<problem>& problems) {
    std::vector<std::string> files;
    for (const problem& each : problems) {
        if (std::find(files.begin(), files.end(), each.file) == files.end())
            files.push_back(each.file);
    }
    const auto rank = [&](const problem& each) {
        return std::pair{std::find(files.begin(), files.end(), each.file) - files.begin(), each.at};
    };
    std::stable_sort(problems.begin(), problems.end(),
                     [&](const problem& left, const problem& right) { return rank(left) < rank(right); });
}

std::vector<problem> problem_list::sorted() const {
    std::vector<problem> all = found_;
    sort_by_position(all);
    return all;
}

}  // namespace config
