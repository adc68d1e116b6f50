#include "adapters/s3/xml_element.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::s3 {

namespace {

constexpr int deepest = 16;
constexpr int most_elements = 50'000;
constexpr std::string_view blanks{" \t\r\n"};
constexpr std::string_view name_characters{
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:"};

void append_utf8(std::string& out, unsigned code) {
    const auto byte = [&out](unsigned value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xC0U | code >> 6U);
        byte(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        byte(0xE0U | code >> 12U);
        byte(0x80U | (code >> 6U & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    } else {
        byte(0xF0U | code >> 18U);
        byte(0x80U | (code >> 12U & 0x3FU));
        byte(0x80U | (code >> 6U & 0x3FU));
        byte(0x80U | (code & 0x3FU));
    }
}

// What stands between '&' and ';'.
bool append_entity(std::string& out, std::string_view name) {
    if (name == "lt" || name == "gt" || name == "amp" || name == "quot" || name == "apos") {
        out += name == "lt" ? '<' : name == "gt" ? '>' : name == "amp" ? '&' : name == "quot" ? '"' : '\'';
        return true;
    }
    if (!name.starts_with('#'))
        return false;
    name.remove_prefix(1);
    const bool hexadecimal = name.starts_with('x');
    if (hexadecimal)
        name.remove_prefix(1);
    unsigned code = 0;
    const auto [end, wrong] =
        std::from_chars(name.data(), name.data() + name.size(), code, hexadecimal ? 16 : 10);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (wrong != std::errc{} || end != name.data() + name.size() || code == 0 || code > 0x10FFFF || surrogate)
        return false;
    append_utf8(out, code);
    return true;
}

class scanner {
public:
    explicit scanner(std::string_view text) : left_{text} {}

    std::optional<xml_element> document() {
        skip("\xEF\xBB\xBF");
        xml_element root;
        if (!between_elements() || !element(root, 1) || !between_elements() || !left_.empty())
            return std::nullopt;
        return root;
    }

private:
    bool skip(std::string_view expected) {
        if (!left_.starts_with(expected))
            return false;
        left_.remove_prefix(expected.size());
        return true;
    }

    bool skip_past(std::string_view end) {
        const auto at = left_.find(end);
        if (at == std::string_view::npos)
            return false;
        left_.remove_prefix(at + end.size());
        return true;
    }

    void skip_blanks() { left_.remove_prefix(std::min(left_.find_first_not_of(blanks), left_.size())); }

    // Blanks, comments and processing instructions around the root.
    bool between_elements() {
        for (;;) {
            skip_blanks();
            if (skip("<?")) {
                if (!skip_past("?>"))
                    return false;
            } else if (skip("<!--")) {
                if (!skip_past("-->"))
                    return false;
            } else {
                return true;
            }
        }
    }

    std::string_view name() {
        const auto length = std::min(left_.find_first_not_of(name_characters), left_.size());
        const auto found = left_.substr(0, length);
        left_.remove_prefix(length);
        return found;
    }

    // Up to and with the end of the opening tag.
    bool attributes(bool& closed) {
        for (;;) {
            skip_blanks();
            if (skip("/>")) {
                closed = true;
                return true;
            }
            if (skip(">"))
                return true;
            if (name().empty())
                return false;
            skip_blanks();
            if (!skip("="))
                return false;
            skip_blanks();
            const bool quoted = skip("\"") ? skip_past("\"") : skip("'") && skip_past("'");
            if (!quoted)
                return false;
        }
    }

    bool element(xml_element& into, int depth) {
        if (depth > deepest || ++count_ > most_elements || !skip("<"))
            return false;
        const std::string_view full = name();
        bool closed = false;
        if (full.empty() || !attributes(closed))
            return false;
        const auto colon = full.rfind(':');
        into.name = colon == std::string_view::npos ? full : full.substr(colon + 1);
        return closed || content(into, full, depth);
    }

    bool content(xml_element& into, std::string_view full, int depth) {
        for (;;) {
            const auto length = left_.find_first_of("<&");
            if (length == std::string_view::npos)
                return false;
            into.text.append(left_.substr(0, length));
            left_.remove_prefix(length);
            if (skip("</")) {
                if (name() != full)
                    return false;
                skip_blanks();
                return skip(">");
            }
            if (!inside(into, depth))
                return false;
        }
    }

    // One thing that is neither plain text nor the closing tag.
    bool inside(xml_element& into, int depth) {
        if (skip("&")) {
            constexpr std::size_t longest_entity = 10;
            const auto end = left_.substr(0, longest_entity).find(';');
            if (end == std::string_view::npos || !append_entity(into.text, left_.substr(0, end)))
                return false;
            left_.remove_prefix(end + 1);
            return true;
        }
        if (skip("<!--"))
            return skip_past("-->");
        if (skip("<?"))
            return skip_past("?>");
        if (skip("<![CDATA[")) {
            const auto end = left_.find("]]>");
            into.text.append(left_.substr(0, end));
            return skip_past("]]>");
        }
        return element(into.children.emplace_back(), depth + 1);
    }

    std::string_view left_;
    int count_ = 0;
};

}  // namespace

const xml_element* xml_element::child(std::string_view wanted) const noexcept {
    const auto found = std::find_if(children.begin(), children.end(),
                                    [wanted](const xml_element& each) { return each.name == wanted; });
    return found == children.end() ? nullptr : &*found;
}

std::string_view xml_element::text_of(std::string_view wanted) const noexcept {
    const xml_element* found = child(wanted);
    return found ? std::string_view{found->text} : std::string_view{};
}

std::optional<xml_element> read_xml(std::string_view text) {
    return scanner{text}.document();
}

std::string xml_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

}  // namespace adapters::s3
