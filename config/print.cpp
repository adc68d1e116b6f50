#include "config/print.hpp"

#include "config/keys.hpp"
#include "config/redis_url.hpp"
#include "config/yaml_text.hpp"

#include <sstream>

namespace config {

namespace {

constexpr std::size_t comment_column = 40;
constexpr std::size_t widest = 110;

// One key as it will stand in the file.
struct written_key {
    const key_facts* facts = nullptr;
    std::string value;
    std::vector<std::vector<written_key>> items;  // kind::mappings
};

std::string comment_of(const key_facts& facts) {
    std::string text;
    for (const std::string& choice : facts.choices)
        text += (text.empty() ? "" : " | ") + choice;
    if (!text.empty() && !facts.sentence.empty())
        text += ". ";
    return text + facts.sentence;
}

class config_writer {
public:
    explicit config_writer(bool with_comments) : with_comments_{with_comments} {}

    void write(const std::vector<written_key>& keys) {
        std::vector<std::string> open;  // the mappings around the current key
        for (const written_key& each : keys) {
            const std::vector<std::string> path = parts_of(each.facts->name);
            separate(path, each);
            std::size_t shared = 0;
            while (shared < open.size() && shared + 1 < path.size() && open[shared] == path[shared])
                ++shared;
            open.assign(path.begin(), path.end() - 1);
            for (std::size_t depth = shared; depth < open.size(); ++depth)
                line(std::string(2 * depth, ' ') + open[depth] + ":", "");
            line(std::string(2 * open.size(), ' ') + path.back() + ":" + (each.value.empty() ? "" : " ") +
                     each.value,
                 comment_of(*each.facts));
            for (const auto& item : each.items)
                write_item(item);
        }
    }

    std::string text;

private:
    static std::vector<std::string> parts_of(const std::string& name) {
        std::vector<std::string> parts;
        std::istringstream stream{name};
        for (std::string part; std::getline(stream, part, '.');)
            parts.push_back(part);
        return parts;
    }

    // A blank line around everything at the top level that has more than one line.
    void separate(const std::vector<std::string>& path, const written_key& next) {
        const bool has_lines = path.size() > 1 || next.facts->what == kind::mappings;
        if (!top_.empty() && path[0] != top_ && (has_lines || top_has_lines_))
            text += "\n";
        top_ = path[0];
        top_has_lines_ = has_lines;
    }

    void write_item(const std::vector<written_key>& item) {
        for (const written_key& each : item)
            line((&each == &item.front() ? "  - " : "    ") + each.facts->name + ": " + each.value,
                 comment_of(*each.facts));
    }

    // Puts the comment behind the content, broken into several lines where it is too long.
    void line(std::string content, const std::string& comment) {
        if (!with_comments_ || comment.empty()) {
            text += content + "\n";
            return;
        }
        std::istringstream words{comment};
        std::string word;
        words >> word;
        content.resize(std::max(content.size() + 2, comment_column), ' ');
        const std::size_t column = content.size();
        content += "# " + word;
        while (words >> word) {
            if (content.size() + 1 + word.size() > widest) {
                text += content + "\n";
                content = std::string(column, ' ') + "#";
            }
            content += " " + word;
        }
        text += content + "\n";
    }

    bool with_comments_;
    std::string top_;
    bool top_has_lines_ = false;
};

std::string shown_value(const key_facts& facts, std::vector<std::string> texts) {
    for (std::string& text : texts) {
        if (facts.shown == secrecy::secret)
            text = hidden;
        else if (facts.shown == secrecy::holds_credentials)
            text = hide_credentials(text);
    }
    if (facts.what == kind::texts)
        return yaml_list(texts);
    if (facts.what == kind::boolean)
        return texts[0];  // in quotes it would be a text
    return texts.empty() ? "" : yaml_scalar(texts[0]);
}

// Defaults in the table are written as they stand: references must stay references.
std::string default_value(const key_facts& facts) {
    if (facts.what != kind::texts)
        return facts.fallback.empty() ? "" : facts.fallback[0];
    std::string list;
    for (const std::string& text : facts.fallback)
        list += (list.empty() ? "" : ", ") + text;
    return list.starts_with("$") ? "[ " + list + " ]"
                                 : "[" + list + "]";  // as in "[ ${NAME} ]": "[$" reads badly
}

template <class Target>
std::vector<written_key> written(std::span<const key<Target>> table, const Target& from) {
    std::vector<written_key> keys;
    for (const key<Target>& row : table)
        keys.push_back({&row, row.read ? shown_value(row, row.read(from)) : "", {}});
    return keys;
}

std::vector<std::vector<written_key>> written_engines(const std::vector<gateway::engine>& engines) {
    std::vector<std::vector<written_key>> items;
    for (const gateway::engine& each : engines)
        items.push_back(written(engine_keys(), each));
    return items;
}

}  // namespace

std::string print_config(const settings& effective) {
    std::vector<written_key> keys = written(setting_keys(), effective);
    for (written_key& each : keys) {
        if (each.facts->what == kind::mappings)
            each.items = written_engines(effective.engines);
    }
    config_writer writer{false};
    writer.write(keys);
    return writer.text;
}

std::string default_config_text() {
    std::vector<written_key> keys;
    for (const key<settings>& row : setting_keys()) {
        keys.push_back({&row, default_value(row), {}});
        if (row.what == kind::mappings)
            keys.back().items = written_engines(settings{}.engines);
    }
    config_writer writer{true};
    writer.text =
        "# The configuration of music-gateway: every key, with its default. Leave out what you don't "
        "change.\n"
        "# Durations: 250ms, 25s, 5m, 12h, 30d. Sizes: 16KiB, 1MiB. ${NAME} is an environment variable and\n"
        "# ${file:/path} a file's text, anywhere in a value; $${ is a plain ${. A key with nothing behind it "
        "keeps its\n"
        "# default.\n"
        "# music-gateway --config FILE --check says what is wrong, --print-config what is in effect.\n\n";
    writer.write(keys);
    return writer.text;
}

}  // namespace config
