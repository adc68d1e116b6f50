#include "config/document.hpp"

#include "config/text_file.hpp"

namespace config {

std::optional<document> read_document(const std::string& path, std::size_t most, problem_list& problems,
                                      bool* missing) {
    const file_text file = read_text_file(path, most);
    if (missing)
        *missing = file.missing;
    if (!file.trouble.empty()) {
        problems.add({}, "", "the file " + file.trouble);
        return std::nullopt;
    }
    if (!check_characters(file.text, problems))
        return std::nullopt;

    masked_text masked = mask_references(file.text);
    if (masked.too_many) {
        problems.add({}, "",
                     "the file holds more than " + std::to_string(most_references) + " ${references}");
        return std::nullopt;
    }
    auto root = parse_yaml(masked.text, problems);
    if (!root)
        return std::nullopt;
    return document{std::move(*root), std::move(masked.references)};
}

}  // namespace config
