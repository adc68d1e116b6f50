#pragma once
// ${NAME} and ${file:/path} in a configuration. They are hidden from the YAML parser behind placeholders of
// the same length, so that they may stand anywhere in a scalar (also where a brace would begin a mapping), so
// that positions stay true, and so that the text behind them is never read as YAML. $${NAME} writes a
// reference literally, $${ in front of another reference its beginning.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace config {

// Looks up an environment variable; nothing when it is not set.
using environment = std::function<std::optional<std::string>(const std::string& name)>;

environment process_environment();

struct reference {
    enum class kind { variable, file, literal, malformed };
    kind what = kind::malformed;
    std::string name;     // of the variable, or the file's path; the text itself when literal
    std::string written;  // as it stands in the file, ${...}
};

struct masked_text {
    std::string text;  // same number of bytes and lines as the original
    std::vector<reference> references;
    bool too_many = false;  // more than most_references: those beyond stay unmasked
};

inline constexpr std::size_t most_references = 3000;

// `text` must not hold the bytes 1 and 2.
masked_text mask_references(std::string_view text);

struct resolved_text {
    std::string text;
    bool referred = false;              // some of it came from outside: never show it
    std::vector<std::string> problems;  // sentences: unset variables, unreadable files, malformed references
};

// Relative file paths start at `folder`. A file's text loses one line break at its end.
resolved_text resolve_references(std::string_view masked, const std::vector<reference>& references,
                                 const environment& variables, const std::string& folder);

// The scalar as the user wrote it, placeholders turned back.
std::string unmask(std::string_view masked, const std::vector<reference>& references);

}  // namespace config
