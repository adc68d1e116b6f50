#include "config/references.hpp"

#include "config/text_file.hpp"

#include <algorithm>
#include <cstdlib>

namespace config {

namespace {

constexpr char opening = '\x01';
constexpr char closing = '\x02';
constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t largest_secret = 64 * 1024;

bool is_variable_name(std::string_view name) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    return !name.empty() && letters.find(name[0]) != std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return letters.find(c) != std::string_view::npos || (c >= '0' && c <= '9');
           });
}

// `written` is "${...}", or "$${...}" for a literal one.
reference read_reference(std::string_view written) {
    const std::string all{written};
    if (written.starts_with("$$"))
        return {reference::kind::literal, all.substr(1), all};
    const std::string_view inside = written.substr(2, written.size() - 3);
    if (is_variable_name(inside))
        return {reference::kind::variable, std::string{inside}, all};
    if (inside.starts_with("file:") && inside.size() > 5)
        return {reference::kind::file, std::string{inside.substr(5)}, all};
    return {reference::kind::malformed, {}, all};
}

// The shortest placeholder has one place for its number ("${}"), every valid one at least two.
std::string placeholder(std::size_t number, std::size_t length) {
    std::string text(length, alphabet[0]);
    text.front() = opening;
    text.back() = closing;
    for (std::size_t at = length - 2; at > 0 && number > 0; --at, number /= alphabet.size())
        text[at] = alphabet[number % alphabet.size()];
    return text;
}

std::optional<std::size_t> number_in(std::string_view digits) {
    std::size_t number = 0;
    for (const char digit : digits) {
        const std::size_t value = alphabet.find(digit);
        if (value == std::string_view::npos || number > most_references)
            return std::nullopt;
        number = number * alphabet.size() + value;
    }
    return number;
}

// Calls `plain` for text between placeholders and `found` for each reference, in order.
template <class Plain, class Found>
void walk(std::string_view masked, const std::vector<reference>& references, Plain plain, Found found) {
    while (!masked.empty()) {
        const std::size_t start = masked.find(opening);
        const std::size_t end = start == masked.npos ? masked.npos : masked.find(closing, start);
        if (end == masked.npos)
            return plain(masked);
        plain(masked.substr(0, start));
        const auto number = number_in(masked.substr(start + 1, end - start - 1));
        if (number && *number < references.size())
            found(references[*number]);
        else  // an escape in a quoted scalar made these bytes: they are just text
            plain(masked.substr(start, end - start + 1));
        masked.remove_prefix(end + 1);
    }
}

void resolve_variable(const std::string& name, const environment& variables, resolved_text& into) {
    if (const auto value = variables(name))
        into.text += *value;
    else
        into.problems.push_back("the environment variable " + name + " is not set");
}

void resolve_file(const std::string& name, const std::string& folder, resolved_text& into) {
    const std::string path = absolute_path(name, folder);
    file_text content = read_text_file(path, largest_secret);
    if (!content.trouble.empty()) {
        into.problems.push_back("the file " + path + " " + content.trouble);
        return;
    }
    if (content.text.ends_with('\n'))
        content.text.pop_back();
    if (content.text.ends_with('\r'))
        content.text.pop_back();
    into.text += content.text;
}

}  // namespace

environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value ? std::optional<std::string>{value} : std::nullopt;
    };
}

masked_text mask_references(std::string_view text) {
    masked_text masked{std::string{text}, {}, false};
    std::size_t at = 0;
    while ((at = text.find("${", at)) != text.npos) {
        const std::size_t start = at > 0 && text[at - 1] == '$' ? at - 1 : at;
        const std::size_t end = text.find_first_of("}\n\r", at);
        at += 2;
        if (end == text.npos || text[end] != '}')
            continue;  // never closed: the scalar's reader reports it
        if (end + 1 - start < 4)
            continue;  // "${}": likewise
        if (text[start + 1] == '$' && text.substr(at, end - at).find("${") != text.npos)
            continue;  // "$${ and ${NAME}": a lone escape, which resolve_references() reads, then a reference
        if (masked.references.size() == most_references) {
            masked.too_many = true;
            break;
        }
        const std::string_view written = text.substr(start, end + 1 - start);
        masked.text.replace(start, written.size(), placeholder(masked.references.size(), written.size()));
        masked.references.push_back(read_reference(written));
        at = end + 1;
    }
    return masked;
}

resolved_text resolve_references(std::string_view masked, const std::vector<reference>& references,
                                 const environment& variables, const std::string& folder) {
    constexpr std::string_view malformed =
        "is no reference: write ${NAME} for an environment variable, ${file:/path} for a file, $${ for the "
        "text itself";
    resolved_text into;
    walk(
        masked, references,
        [&](std::string_view plain) {
            for (std::size_t at = 0; at < plain.size(); ++at) {
                if (plain.substr(at).starts_with("$${"))
                    ++at;  // the first $ only says that the second means itself
                else if (plain.substr(at).starts_with("${"))
                    into.problems.push_back("'${' " + std::string{malformed});
                into.text += plain[at];
            }
        },
        [&](const reference& each) {
            into.referred = into.referred || each.what != reference::kind::literal;
            switch (each.what) {
                case reference::kind::variable: return resolve_variable(each.name, variables, into);
                case reference::kind::file: return resolve_file(each.name, folder, into);
                case reference::kind::literal: into.text += each.name; return;
                case reference::kind::malformed:
                    into.problems.push_back("'" + each.written + "' " + std::string{malformed});
                    return;
            }
        });
    return into;
}

std::string unmask(std::string_view masked, const std::vector<reference>& references) {
    std::string text;
    walk(
        masked, references, [&](std::string_view plain) { text += plain; },
        [&](const reference& each) { text += each.written; });
    return text;
}

}  // namespace config
