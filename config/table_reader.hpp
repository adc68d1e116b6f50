#pragma once
// Reads a YAML mapping by a table of keys: unknown keys, wrong types, references and bad values all become
// problems, and what is left out gets its default. The same for the configuration, its engines and the keys
// file.

#include "config/key.hpp"
#include "config/problem.hpp"
#include "config/references.hpp"
#include "config/yaml_tree.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace config {

// What a configuration is read for. `<hidden>`, which --print-config writes in place of a secret, would be a
// secret that everybody knows: it is accepted only to be shown again.
enum class purpose { serve, show };

struct reading_terms {
    environment variables;
    std::string folder;  // where relative paths start
    purpose what_for = purpose::serve;
};

class table_reader {
public:
    // Reads the value of a kind::mappings key; not called when it is left out.
    using mappings_reader = std::function<void(const yaml_node&)>;

    // `references` and `problems` must outlive the reader.
    table_reader(const std::vector<reference>& references, reading_terms terms, problem_list& problems)
        : references_{references}, terms_{std::move(terms)}, problems_{problems} {}

    // `prefix` stands before the names in problems: "" or "engines[0].".
    void read(const yaml_node& mapping, const std::string& prefix, const std::vector<bound_key>& table,
              const mappings_reader& mappings = {});

    // Where the key, or else the innermost mapping around it that is there, stands.
    position place_of(const std::string& full_name) const;
    bool was_given(const std::string& full_name) const { return places_.contains(full_name); }
    // Nothing was wrong with the key so far: what it says can be compared with others.
    bool is_good(const std::string& full_name) const { return !bad_.contains(full_name); }
    // How a sentence may name `value`, which the key of a single value has: as it is, or by the
    // ${reference} in the file when it came through one.
    std::string nameable(const std::string& full_name, const std::string& value) const;
    void add(const std::string& full_name, std::string sentence);
    void add_at(position at, const std::string& full_name, std::string sentence);

private:
    struct level;  // one read() call

    void collect(level& here, const yaml_node& mapping, const std::string& path);
    void report_unknown(const level& here, const std::string& path, const yaml_entry& entry);
    void read_value(const level& here, const bound_key& row, const yaml_node& value);
    void read_default(const level& here, const bound_key& row);
    bool has_right_shape(const std::string& full_name, const key_facts& facts, const yaml_node& value);
    bool is_written_default(const key_facts& facts, const yaml_node& value) const;
    bool accept_text(const std::string& full_name, const key_facts& facts, position at, resolved_text& value);
    void write(const std::string& full_name, const bound_key& row, position at,
               const std::vector<std::string>& texts, bool may_show);

    const std::vector<reference>& references_;
    reading_terms terms_;
    problem_list& problems_;
    std::map<std::string, position> places_;        // of keys and of the mappings around them
    std::map<std::string, std::string> referring_;  // what the file says for values from elsewhere
    std::set<std::string> bad_;
};

}  // namespace config
