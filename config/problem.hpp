#pragma once
// What is wrong with a configuration, and where: collected rather than thrown, so that a user sees everything
// at once.

#include <compare>
#include <string>
#include <utility>
#include <vector>

namespace config {

// Counted from 1, columns in bytes; line 0 means the file as a whole.
struct position {
    int line = 0;
    int column = 0;

    auto operator<=>(const position&) const = default;
};

// `sentence` never holds the text of a secret, nor any text that came through a ${reference}.
struct problem {
    std::string file;
    position at;
    std::string key;  // dotted; empty when no key is concerned
    std::string sentence;

    bool operator==(const problem&) const = default;
};

// "gateway.yaml:3:10: threads: must be from 0 to 256, not '1000'", without the parts that are not known.
std::string describe(const problem& what);

// Files in the order of their first problem, inside a file by position.
void sort_by_position(std::vector<problem>& problems);

// The problems of one file.
class problem_list {
public:
    explicit problem_list(std::string file) : file_{std::move(file)} {}

    void add(position at, std::string key, std::string sentence) {
        found_.push_back({file_, at, std::move(key), std::move(sentence)});
    }
    void append(const std::vector<problem>& others) {
        found_.insert(found_.end(), others.begin(), others.end());
    }

    bool empty() const noexcept { return found_.empty(); }
    std::vector<problem> sorted() const;

private:
    std::string file_;
    std::vector<problem> found_;
};

}  // namespace config
