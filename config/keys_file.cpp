#include "config/keys_file.hpp"

#include "config/document.hpp"
#include "config/keys.hpp"
#include "config/table_reader.hpp"
#include "config/text_file.hpp"

#include <map>

namespace config {

namespace {

constexpr std::size_t largest_keys_file = 4 * 1024 * 1024;

constexpr const char* how_to_make_one =
    "`music-gateway keys new --org ORG --user USER` prints a key and its entry";

void read_entry(const yaml_node& item, table_reader& reader, std::map<gateway::sha256_digest, int>& lines,
                std::vector<gateway::api_key>& keys) {
    const std::string name = "[" + std::to_string(keys.size()) + "]";
    gateway::api_key& made = keys.emplace_back();
    if (item.is != yaml_node::shape::mapping)
        return reader.add_at(item.at, name, std::string{"must be a mapping, not "} + name_of(item.is));
    reader.read(item, name + ".", bind(api_key_keys(), made));

    const std::string hash = name + ".sha256";
    if (!reader.is_good(hash))
        return;
    const auto [known, is_new] = lines.emplace(made.sha256, reader.place_of(hash).line);
    if (!is_new)
        reader.add(hash, "is the same hash as in line " + std::to_string(known->second));
}

}  // namespace

keys_result load_keys(const std::string& path, const environment& variables, const std::string& shown_as) {
    keys_result result;
    problem_list problems{shown_as.empty() ? path : shown_as};
    auto text = read_document(path, largest_keys_file, problems, &result.missing);
    if (text && text->root.is != yaml_node::shape::list) {
        const bool empty = text->root.is == yaml_node::shape::nothing;
        problems.add(empty ? position{} : text->root.at, "",
                     (empty ? std::string{"the file holds no keys: "}
                            : std::string{"must be a list of keys, not "} + name_of(text->root.is) + ": ") +
                         how_to_make_one);
    } else if (text) {
        table_reader reader{text->references, {variables, folder_of(path), purpose::serve}, problems};
        std::map<gateway::sha256_digest, int> lines;
        for (const yaml_node& item : text->root.items)
            read_entry(item, reader, lines, result.keys);
    }
    result.problems = problems.sorted();
    return result;
}

std::string describe_missing_keys_file(const std::string& name) {
    return "the file " + name + " does not exist: " + how_to_make_one +
           " to put there (or set auth.mode: open to try it out)";
}

}  // namespace config
