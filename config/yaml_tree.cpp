#include "config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>

namespace config {

namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t most_keys = 2000;  // in one mapping: looking for duplicates stays cheap

struct give_up {};  // reported already; reading on makes no sense

position position_of(const YAML::Mark& mark) {
    return mark.is_null() ? position{} : position{mark.line + 1, mark.column + 1};
}

class tree_builder final : public YAML::EventHandler {
public:
    explicit tree_builder(problem_list& problems) : problems_{problems} {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { place(leaf(mark)); }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        problems_.add(position_of(mark), "", "aliases (*name) are not accepted here: repeat the value");
        place(leaf(mark));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& value) override {
        refuse_tag(mark, tag);
        yaml_node scalar = leaf(mark);
        scalar.is = yaml_node::shape::scalar;
        scalar.text = value;
        scalar.quoted = tag == "!";  // what the parser reports for every scalar that is not plain
        place(std::move(scalar));
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, yaml_node::shape::list);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, yaml_node::shape::mapping);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

    yaml_node take_root() { return std::move(root_); }

private:
    struct frame {
        yaml_node node;
        std::optional<yaml_entry> entry;  // mapping: a key that waits for its value
        bool skip = false;                // ... whose value is read and forgotten
    };

    static yaml_node leaf(const YAML::Mark& mark) {
        yaml_node node;
        node.at = position_of(mark);
        return node;
    }

    void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!")
            problems_.add(position_of(mark), "", "tags (!name) are not accepted here");
    }

    void open(const YAML::Mark& mark, const std::string& tag, yaml_node::shape shape) {
        refuse_tag(mark, tag);
        if (frames_.size() == deepest) {
            problems_.add(position_of(mark), "", "nested too deeply");
            throw give_up{};
        }
        frame opened;
        opened.node = leaf(mark);
        opened.node.is = shape;
        frames_.push_back(std::move(opened));
    }

    void close() {
        yaml_node finished = std::move(frames_.back().node);
        frames_.pop_back();
        place(std::move(finished));
    }

    void place(yaml_node node) {
        if (frames_.empty()) {
            root_ = std::move(node);
            return;
        }
        frame& inner = frames_.back();
        if (inner.node.is == yaml_node::shape::list)
            inner.node.items.push_back(std::move(node));
        else if (!inner.entry)
            begin_entry(inner, std::move(node));
        else
            finish_entry(inner, std::move(node));
    }

    void begin_entry(frame& mapping, yaml_node key) {
        mapping.entry = yaml_entry{key.text, key.at, {}};
        mapping.skip = true;
        if (key.is != yaml_node::shape::scalar) {
            problems_.add(key.at, "", std::string{"a key must be a text, not "} + name_of(key.is));
            return;
        }
        const auto& known = mapping.node.entries;
        if (known.size() == most_keys) {
            problems_.add(key.at, "", "too many keys in one mapping");
            throw give_up{};
        }
        const auto first = std::find_if(known.begin(), known.end(),
                                        [&](const yaml_entry& each) { return each.key == key.text; });
        if (first == known.end())
            mapping.skip = false;
        else
            problems_.add(key.at, key.text,
                          "stands here a second time, first in line " + std::to_string(first->at.line));
    }

    static void finish_entry(frame& mapping, yaml_node value) {
        mapping.entry->value = std::move(value);
        if (!mapping.skip)
            mapping.node.entries.push_back(std::move(*mapping.entry));
        mapping.entry.reset();
    }

    problem_list& problems_;
    std::vector<frame> frames_;
    yaml_node root_;
};

// Anything after the first document.
class second_document final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark& mark) override { at = position_of(mark); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

    position at;
};

// The parser's texts quote what it stumbled over; a placeholder's bytes are no text to show.
std::string printable(std::string sentence) {
    for (char& c : sentence) {
        if (static_cast<unsigned char>(c) < 0x20)
            c = '$';
    }
    return sentence;
}

// Length of the UTF-8 sequence at `at`, 0 when it is none.
std::size_t utf8_length(const std::string& text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || at + length > text.size())
        return 0;
    for (std::size_t i = at + 1; i < at + length; ++i) {
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    }
    if ((lead == 0xE0 && byte(at + 1) < 0xA0) || (lead == 0xED && byte(at + 1) > 0x9F) ||
        (lead == 0xF0 && byte(at + 1) < 0x90) || (lead == 0xF4 && byte(at + 1) > 0x8F))
        return 0;  // over-long, a surrogate, or beyond Unicode
    return length;
}

bool is_forbidden_control(unsigned char c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

}  // namespace

const char* name_of(yaml_node::shape shape) {
    switch (shape) {
        case yaml_node::shape::nothing: return "nothing";
        case yaml_node::shape::scalar: return "a single value";
        case yaml_node::shape::list: return "a list";
        case yaml_node::shape::mapping: return "a mapping";
    }
    return "";
}

bool check_characters(const std::string& text, problem_list& problems) {
    position here{1, 1};
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0 || is_forbidden_control(static_cast<unsigned char>(text[at]))) {
            problems.add(
                here, "",
                length == 0 ? "the file is not UTF-8 text" : "there is a control character in the file");
            return false;
        }
        const bool line_ends = text[at] == '\n';
        here = line_ends ? position{here.line + 1, 1}
                         : position{here.line, here.column + static_cast<int>(length)};
        at += length;
    }
    return true;
}

std::optional<yaml_node> parse_yaml(const std::string& text, problem_list& problems) {
    tree_builder builder{problems};
    try {
        std::istringstream stream{text};
        YAML::Parser parser{stream};
        if (!parser.HandleNextDocument(builder))
            return yaml_node{};
        second_document more;
        if (parser.HandleNextDocument(more))
            problems.add(more.at, "", "a second YAML document begins here; only one is accepted");
    } catch (const give_up&) {
        return std::nullopt;
    } catch (const YAML::Exception& failure) {
        problems.add(position_of(failure.mark), "", "not valid YAML: " + printable(failure.msg));
        return std::nullopt;
    }
    return builder.take_root();
}

}  // namespace config
