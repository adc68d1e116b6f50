#include "config/load.hpp"

#include "config/document.hpp"
#include "config/keys.hpp"
#include "config/keys_file.hpp"
#include "config/rules.hpp"
#include "config/text_file.hpp"

namespace config {

namespace {

void read_engines(const yaml_node& list, table_reader& reader, std::vector<gateway::engine>& engines) {
    engines.clear();
    if (list.is != yaml_node::shape::list)
        return reader.add("engines", std::string{"must be a list of mappings, not "} + name_of(list.is));
    engines.reserve(list.items.size());
    for (const yaml_node& item : list.items) {
        const std::string name = "engines[" + std::to_string(engines.size()) + "]";
        gateway::engine& made = engines.emplace_back();
        if (item.is == yaml_node::shape::mapping)
            reader.read(item, name + ".", bind(engine_keys(), made));
        else
            reader.add_at(item.at, name, std::string{"must be a mapping, not "} + name_of(item.is));
        if (made.display_name.empty())
            made.display_name = made.engine_key;
    }
}

// Relative paths start at the configuration file's folder, wherever the program was started.
void make_paths_absolute(settings& all, const std::string& folder) {
    for (const key<settings>& row : setting_keys()) {
        if (row.what != kind::path)
            continue;
        std::vector<std::string> paths = row.read(all);
        for (std::string& path : paths)
            path = absolute_path(path, folder);
        if (!paths.empty())
            row.write(all, paths);
    }
}

}  // namespace

std::variant<loaded, std::vector<problem>> load(const std::string& path, const environment& variables,
                                                purpose what_for) {
    problem_list problems{path};
    const auto text = read_document(path, 1024 * 1024, problems);
    if (!text)
        return problems.sorted();

    loaded result;
    settings& all = result.values;
    const reading_terms terms{variables, folder_of(path), what_for};
    table_reader reader{text->references, terms, problems};
    if (text->root.is != yaml_node::shape::mapping && text->root.is != yaml_node::shape::nothing)
        problems.add(text->root.at, "",
                     std::string{"must be a mapping of keys, not "} + name_of(text->root.is));
    reader.read(text->root, "", bind(setting_keys(), all),
                [&](const yaml_node& list) { read_engines(list, reader, all.engines); });
    make_paths_absolute(all, terms.folder);
    check_rules(all, reader, what_for);

    if (what_for == purpose::serve && all.auth.mode == auth_mode::keys && reader.is_good("auth.keys_file") &&
        reader.is_good("auth.mode")) {
        const std::string name = reader.nameable("auth.keys_file", all.auth.keys_file);
        auto keys = load_keys(all.auth.keys_file, variables, name);
        if (keys.missing)
            reader.add("auth.keys_file", describe_missing_keys_file(name));
        else
            problems.append(keys.problems);
        result.keys = std::move(keys.keys);
    }
    if (!problems.empty())
        return problems.sorted();
    return result;
}

std::vector<std::string> changes_that_need_a_restart(const settings& running, const settings& reloaded) {
    std::vector<std::string> changed;
    for (const key<settings>& row : setting_keys()) {
        if (!row.reloadable && row.what != kind::mappings && row.read(running) != row.read(reloaded))
            changed.push_back(row.name);
    }
    return changed;
}

}  // namespace config
