#pragma once
// One row of a table of keys: what the user may write, what it means, and the place in a plain struct it goes
// to. The loader, the checker, --print-config and the commented default file know the keys only through these
// rows.

#include "config/checks.hpp"
#include "config/scalars.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace config {

enum class kind {
    text,
    integer,
    number,
    boolean,
    duration,
    duration_or_learned,
    size,
    address,
    url,
    redis_url,
    path,    // relative ones start at the configuration file's folder
    choice,  // one of key_facts::choices
    texts,   // a list of text
    hash,
    moment,
    mappings,  // a list of mappings with a table of their own
};

// Completes "must be ...".
std::string_view name_of(kind what);

enum class secrecy {
    open,
    secret,            // never shown
    holds_credentials  // a URL: shown without them
};

struct key_facts {
    std::string name;  // dotted
    kind what = kind::text;
    std::vector<std::string>
        fallback;  // the default as one would write it; no element: unset (texts: an empty list)
    std::string sentence;
    std::vector<std::string> choices;
    std::string must;  // the check's words, completing "must be ..."
    secrecy shown = secrecy::open;
    bool required = false;              // the file, or the default's reference, has to give a value
    bool default_may_be_unset = false;  // a default whose ${reference} is not set counts as no value
    bool reloadable = false;            // SIGHUP brings a change into effect
};

template <class Target>
struct key : key_facts {
    // Stores the texts; a sentence when they can't be. Texts: one, or for a list any number.
    std::function<std::optional<std::string>(Target&, std::span<const std::string>)> write;
    // What would have to be written for the value as it is; no element for an unset one.
    std::function<std::vector<std::string>(const Target&)> read;
};

// A row without its Target, to hand to code that is the same for every table.
struct bound_key {
    const key_facts* facts = nullptr;
    std::function<std::optional<std::string>(std::span<const std::string>)> write;
};

template <class Target>
std::vector<bound_key> bind(std::span<const key<Target>> table, Target& target) {
    std::vector<bound_key> bound;
    for (const key<Target>& row : table)
        bound.push_back({&row, [&](std::span<const std::string> texts) { return row.write(target, texts); }});
    return bound;
}

namespace rows {

inline bool parse_all(std::span<const std::string> texts, std::vector<std::string>& into) {
    into.assign(texts.begin(), texts.end());
    return true;
}

template <class T>
bool parse_all(std::span<const std::string> texts, T& into) {
    return texts.size() == 1 && parse(texts[0], into);
}

inline std::vector<std::string> texts_of(const std::vector<std::string>& values) {
    return values;
}

template <class T>
std::vector<std::string> texts_of(const T& value) {
    std::string text = to_text(value);
    return text.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(text)};
}

// A row for the field that `access` leads to, in a Target and in a const Target alike.
template <class Target, class Access, class T = std::remove_cvref_t<std::invoke_result_t<Access, Target&>>>
key<Target> row(std::string name, kind what, std::vector<std::string> fallback, std::string sentence,
                Access access, std::type_identity_t<constraint<T>> check = {}) {
    key<Target> made;
    made.name = std::move(name);
    made.what = what;
    made.fallback = std::move(fallback);
    made.sentence = std::move(sentence);
    made.must = check.must;
    made.write = [=](Target& target, std::span<const std::string> texts) -> std::optional<std::string> {
        T value{};
        if (!parse_all(texts, value))
            return "must be " + std::string{name_of(what)};
        if (check.holds && !check.holds(value))
            return "must be " + check.must;
        access(target) = std::move(value);
        return std::nullopt;
    };
    made.read = [=](const Target& target) { return texts_of(access(target)); };
    return made;
}

// The field is an enumeration whose values stand in the order of `choices`, or a std::string that takes one
// of them.
template <class Target, class Access, class T = std::remove_cvref_t<std::invoke_result_t<Access, Target&>>>
key<Target> choice(std::string name, std::vector<std::string> choices, std::string fallback,
                   std::string sentence, Access access) {
    key<Target> made;
    made.name = std::move(name);
    made.what = kind::choice;
    made.fallback = {std::move(fallback)};
    made.sentence = std::move(sentence);
    made.choices = choices;
    made.must = "one of";
    for (const std::string& each : choices)
        made.must += (&each == &choices.front() ? " " : ", ") + each;
    made.write = [access, choices, must = made.must](
                     Target& target, std::span<const std::string> texts) -> std::optional<std::string> {
        const auto found =
            texts.size() == 1 ? std::find(choices.begin(), choices.end(), texts[0]) : choices.end();
        if (found == choices.end())
            return "must be " + must;
        if constexpr (std::is_enum_v<T>)
            access(target) = static_cast<T>(found - choices.begin());
        else
            access(target) = *found;
        return std::nullopt;
    };
    made.read = [access, choices](const Target& target) -> std::vector<std::string> {
        if constexpr (std::is_enum_v<T>)
            return {choices.at(static_cast<std::size_t>(access(target)))};
        else
            return {access(target)};
    };
    return made;
}

template <class Target>
key<Target> required(key<Target> row) {
    row.required = true;
    return row;
}

template <class Target>
key<Target> secret(key<Target> row) {
    row.shown = secrecy::secret;
    return row;
}

}  // namespace rows

}  // namespace config
