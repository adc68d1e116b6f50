#include "config/nearest_name.hpp"

#include <algorithm>
#include <numeric>

namespace config {

namespace {

// Insertions, deletions and replacements that turn one into the other (Levenshtein).
std::size_t edits_between(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest_name(std::string_view written, const std::vector<std::string>& known) {
    std::string nearest;
    if (written.size() > 64)
        return nearest;
    std::size_t fewest = std::max<std::size_t>(1, written.size() / 3) + 1;
    for (const std::string& each : known) {
        const std::size_t edits = edits_between(written, each);
        if (edits < fewest) {
            fewest = edits;
            nearest = each;
        }
    }
    return nearest;
}

}  // namespace config
