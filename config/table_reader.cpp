#include "config/table_reader.hpp"

#include "config/nearest_name.hpp"

#include <algorithm>

namespace config {

namespace {

bool holds_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; });
}

// What was written, for a sentence: short, and on one line.
std::string shown(const std::string& text) {
    constexpr std::size_t most = 60;
    return text.size() <= most ? "'" + text + "'" : "'" + text.substr(0, most) + "...'";
}

bool is_number_like(kind what) {
    return what == kind::integer || what == kind::number || what == kind::boolean;
}

std::string leaf_of(const std::string& name) {
    return name.substr(name.rfind('.') + 1);  // npos + 1 is 0
}

}  // namespace

struct table_reader::level {
    const std::string& prefix;
    const std::vector<bound_key>& table;
    position at;
    std::map<const key_facts*, const yaml_node*> given;

    const bound_key* find(const std::string& name) const {
        const auto found = std::find_if(table.begin(), table.end(),
                                        [&](const bound_key& row) { return row.facts->name == name; });
        return found == table.end() ? nullptr : &*found;
    }
    bool is_group(const std::string& name) const {
        return std::any_of(table.begin(), table.end(),
                           [&](const bound_key& row) { return row.facts->name.starts_with(name + "."); });
    }
    // The names that may stand in the mapping `path`.
    std::vector<std::string> children_of(const std::string& path) const {
        std::vector<std::string> names;
        for (const bound_key& row : table) {
            if (!row.facts->name.starts_with(path))
                continue;
            const std::string rest = row.facts->name.substr(path.size());
            names.push_back(rest.substr(0, rest.find('.')));
        }
        return names;
    }
};

void table_reader::read(const yaml_node& mapping, const std::string& prefix,
                        const std::vector<bound_key>& table, const mappings_reader& mappings) {
    level here{prefix, table, mapping.at, {}};
    if (mapping.is == yaml_node::shape::mapping)
        collect(here, mapping, "");
    for (const bound_key& row : table) {
        const std::string full_name = prefix + row.facts->name;
        const auto found = here.given.find(row.facts);
        if (!is_good(full_name))
            continue;
        if (found == here.given.end())
            read_default(here, row);
        else if (row.facts->what == kind::mappings)
            mappings(*found->second);
        else
            read_value(here, row, *found->second);
    }
}

void table_reader::collect(level& here, const yaml_node& mapping, const std::string& path) {
    for (const yaml_entry& entry : mapping.entries) {
        const std::string name = path + entry.key;
        const bool dotted = entry.key.find('.') != entry.key.npos;
        if (const bound_key* row = dotted ? nullptr : here.find(name)) {
            const bool empty = entry.value.is == yaml_node::shape::nothing;
            places_[here.prefix + name] = empty ? entry.at : entry.value.at;
            if (!empty)  // a key with nothing behind it keeps its default
                here.given[row->facts] = &entry.value;
        } else if (!dotted && !entry.key.empty() && here.is_group(name)) {
            places_[here.prefix + name] = entry.at;
            if (entry.value.is == yaml_node::shape::mapping) {
                collect(here, entry.value, name + ".");
            } else if (entry.value.is != yaml_node::shape::nothing) {
                add_at(entry.value.at, here.prefix + name,
                       std::string{"must be a mapping, not "} + name_of(entry.value.is));
                for (const bound_key& each : here.table) {
                    if (each.facts->name.starts_with(name + "."))
                        bad_.insert(here.prefix + each.facts->name);
                }
            }
        } else {
            report_unknown(here, path, entry);
        }
    }
}

void table_reader::report_unknown(const level& here, const std::string& path, const yaml_entry& entry) {
    const std::string written = unmask(entry.key, references_);
    const std::string full_name = here.prefix + path + (holds_control_character(written) ? "?" : written);
    std::string sentence = "there is no such key";
    if (here.is_group(entry.key) || here.find(entry.key))
        sentence += entry.key.find('.') != entry.key.npos
                        ? "; each part of a dotted name is a mapping of its own"
                        : "; did you mean '" + entry.key + "' at the top level?";
    else if (const std::string near = nearest_name(entry.key, here.children_of(path)); !near.empty())
        sentence += "; did you mean '" + near + "'?";
    else
        for (const bound_key& row : here.table) {
            if (leaf_of(row.facts->name) != entry.key)
                continue;
            sentence += "; did you mean '" + row.facts->name + "'?";
            break;
        }
    add_at(entry.at, full_name, std::move(sentence));
}

// A default that is a reference means the same whether it is written out or left out.
bool table_reader::is_written_default(const key_facts& facts, const yaml_node& value) const {
    const bool is_list = value.is == yaml_node::shape::list;
    if (is_list != (facts.what == kind::texts) || facts.fallback.empty() ||
        !facts.fallback[0].starts_with("${"))
        return false;
    std::vector<std::string> written;
    if (value.is == yaml_node::shape::scalar)
        written.push_back(unmask(value.text, references_));
    for (const yaml_node& item : value.items)
        written.push_back(unmask(item.text, references_));
    return written == facts.fallback;
}

bool table_reader::has_right_shape(const std::string& full_name, const key_facts& facts,
                                   const yaml_node& value) {
    const std::string must = "must be " + std::string{name_of(facts.what)} + ", not ";
    if (facts.what != kind::texts) {
        if (value.is == yaml_node::shape::scalar)
            return true;
        add_at(value.at, full_name, must + name_of(value.is));
        return false;
    }
    if (value.is != yaml_node::shape::list) {
        add_at(value.at, full_name, must + name_of(value.is));
        return false;
    }
    bool right = true;
    for (const yaml_node& item : value.items) {
        if (item.is == yaml_node::shape::scalar)
            continue;
        add_at(item.at, full_name, std::string{"every element must be a text, not "} + name_of(item.is));
        right = false;
    }
    return right;
}

void table_reader::read_value(const level& here, const bound_key& row, const yaml_node& value) {
    const key_facts& facts = *row.facts;
    if (is_written_default(facts, value))
        return read_default(here, row);
    const std::string full_name = here.prefix + facts.name;
    if (!has_right_shape(full_name, facts, value))
        return;

    std::vector<std::string> texts;
    bool may_show = facts.shown == secrecy::open;
    bool usable = true;
    const auto take = [&](const yaml_node& scalar) {
        resolved_text resolved =
            resolve_references(scalar.text, references_, terms_.variables, terms_.folder);
        may_show = may_show && !resolved.referred;
        if (resolved.referred)
            referring_[full_name] = unmask(scalar.text, references_);
        if (is_number_like(facts.what) && scalar.quoted && !resolved.referred) {
            add_at(scalar.at, full_name,
                   "must be " + std::string{name_of(facts.what)} + ", not a text in quotes");
            usable = false;
        } else if (accept_text(full_name, facts, scalar.at, resolved)) {
            texts.push_back(std::move(resolved.text));
        } else {
            usable = false;
        }
    };
    if (value.is == yaml_node::shape::scalar)
        take(value);
    for (const yaml_node& item : value.items)
        take(item);
    if (usable)
        write(full_name, row, value.at, texts, may_show);
}

void table_reader::read_default(const level& here, const bound_key& row) {
    const key_facts& facts = *row.facts;
    const std::string full_name = here.prefix + facts.name;
    const position at = was_given(full_name)  ? place_of(full_name)
                        : here.prefix.empty() ? place_of(full_name)
                                              : here.at;
    if (facts.fallback.empty()) {
        if (facts.required)
            add_at(at, full_name, "is required");
        return;
    }
    std::vector<std::string> texts;
    bool may_show = true;
    for (const std::string& written : facts.fallback) {
        const masked_text masked = mask_references(written);
        resolved_text resolved =
            resolve_references(masked.text, masked.references, terms_.variables, terms_.folder);
        may_show = may_show && !resolved.referred;
        if (resolved.referred)
            referring_[full_name] = written;
        if (facts.default_may_be_unset && (!resolved.problems.empty() || resolved.text.empty()))
            continue;
        if (facts.required) {
            for (std::string& sentence : resolved.problems)
                sentence = "is required, and " + sentence;
        }
        if (!accept_text(full_name, facts, at, resolved))
            return;
        texts.push_back(std::move(resolved.text));
    }
    write(full_name, row, at, texts, may_show);
}

bool table_reader::accept_text(const std::string& full_name, const key_facts& facts, position at,
                               resolved_text& value) {
    for (const std::string& sentence : value.problems)
        add_at(at, full_name, sentence);
    if (!value.problems.empty())
        return false;
    if (holds_control_character(value.text)) {
        add_at(at, full_name, "must not hold line breaks or other control characters");
        return false;
    }
    const std::size_t found = facts.shown == secrecy::open ? value.text.npos : value.text.find(hidden);
    if (found == value.text.npos)
        return true;
    if (terms_.what_for == purpose::show) {  // a stand-in that every check accepts
        value.text.replace(found, hidden.size(), "hidden-hidden-hidden");
        return true;
    }
    add_at(at, full_name,
           "holds <hidden>, which --print-config writes in place of a secret; put a ${reference} to the "
           "secret here");
    return false;
}

void table_reader::write(const std::string& full_name, const bound_key& row, position at,
                         const std::vector<std::string>& texts, bool may_show) {
    auto trouble = row.write(texts);
    if (!trouble)
        return;
    if (may_show && texts.size() == 1 && row.facts->what != kind::texts)
        *trouble += ", not " + shown(texts[0]);
    add_at(at, full_name, std::move(*trouble));
}

position table_reader::place_of(const std::string& full_name) const {
    std::string name = full_name;
    for (;;) {
        if (const auto found = places_.find(name); found != places_.end())
            return found->second;
        const std::size_t dot = name.rfind('.');
        if (dot == name.npos)
            return {1, 1};
        name.resize(dot);
    }
}

std::string table_reader::nameable(const std::string& full_name, const std::string& value) const {
    const auto found = referring_.find(full_name);
    return found == referring_.end() ? value : found->second;
}

void table_reader::add(const std::string& full_name, std::string sentence) {
    add_at(place_of(full_name), full_name, std::move(sentence));
}

void table_reader::add_at(position at, const std::string& full_name, std::string sentence) {
    bad_.insert(full_name);
    problems_.add(at, full_name, std::move(sentence));
}

}  // namespace config
