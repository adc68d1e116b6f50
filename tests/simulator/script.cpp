#include "script.hpp"

#include "behaviour_reader.hpp"

namespace simulator {

namespace json = boost::json;

namespace {

match read_match(const json::value& value, std::string path, problems& found) {
    match when;
    object_reader from{value, std::move(path), found};
    from.read("sound_contains", when.sound_contains);
    from.read("lyrics_contains", when.lyrics_contains);
    from.read("title", when.title);
    from.read("title_contains", when.title_contains);
    from.read("mv", when.mv);
    from.read("prompt_contains", when.prompt_contains);
    from.read("nth_create", when.nth_create);
    from.read("every_nth", when.every_nth);
    const bool of_a_create = when.sound_contains || when.lyrics_contains || when.title ||
                             when.title_contains || when.mv || when.nth_create;
    if (when.prompt_contains && of_a_create)
        from.complain("prompt_contains", "is for calls for lyrics, which have nothing else to match");
    if (when.every_nth == 0U)
        from.complain("every_nth", "must be 1 or more");
    from.refuse_unknown();
    return when;
}

rule read_rule(const json::value& value, const behaviour& base, std::string path, problems& found) {
    rule read;
    object_reader from{value, std::move(path), found};
    if (const auto* when = from.find("match"))
        read.when = read_match(*when, from.path_of("match"), found);
    from.read("times", read.uses_left);
    if (const auto* does = from.find("behaviour"))
        read.does =
            std::make_shared<const behaviour>(read_behaviour(*does, base, from.path_of("behaviour"), found));
    else
        from.complain("behaviour", "is missing");
    from.refuse_unknown();
    return read;
}

bool contains(const std::optional<std::string>& text, const std::optional<std::string>& wanted) {
    return !wanted || (text && text->find(*wanted) != std::string::npos);
}

bool equals(const std::optional<std::string>& text, const std::optional<std::string>& wanted) {
    return !wanted || text == wanted;
}

bool fits(const match& when, const create_request& asked, std::uint64_t number) {
    return !when.prompt_contains && contains(asked.sound, when.sound_contains) &&
           contains(asked.lyrics, when.lyrics_contains) && equals(asked.title, when.title) &&
           contains(asked.title, when.title_contains) && equals(asked.mv, when.mv) &&
           (!when.nth_create || *when.nth_create == number);
}

}  // namespace

problems script::replace(const json::value& document) {
    problems found;
    object_reader from{document, "", found};
    auto fresh = std::make_shared<behaviour>();
    if (const auto* part = from.find("default"))
        *fresh = read_behaviour(*part, behaviour{}, "default", found);

    std::deque<rule> rules;
    if (const auto* list = from.find("rules")) {
        if (!list->is_array()) {
            from.complain("rules", "must be an array");
        } else {
            for (const auto& entry : list->get_array())
                rules.push_back(
                    read_rule(entry, *fresh, "rules[" + std::to_string(rules.size()) + "]", found));
        }
    }
    from.refuse_unknown();
    if (found.empty()) {
        default_ = std::move(fresh);
        rules_ = std::move(rules);
    }
    return found;
}

problems script::add_rule(const json::value& document) {
    problems found;
    auto fresh = read_rule(document, *default_, "", found);
    if (found.empty())
        rules_.push_front(std::move(fresh));
    return found;
}

template <class Fits>
std::shared_ptr<const behaviour> script::first_that(Fits fits) {
    for (auto at = rules_.begin(); at != rules_.end(); ++at) {
        if (!fits(at->when))
            continue;
        if (at->when.every_nth && ++at->fitted % *at->when.every_nth != 0)
            continue;
        if (at->uses_left == 0U)
            continue;
        auto does = at->does;
        // A used-up rule goes away, so that a long test does not walk over thousands of them.
        if (at->uses_left && --*at->uses_left == 0)
            rules_.erase(at);
        return does;
    }
    return default_;
}

std::shared_ptr<const behaviour> script::pick(const create_request& asked, std::uint64_t number) {
    return first_that([&](const match& when) { return fits(when, asked, number); });
}

std::shared_ptr<const behaviour> script::pick_for_lyrics(std::string_view prompt) {
    return first_that([&](const match& when) {
        return when.prompt_contains && prompt.find(*when.prompt_contains) != std::string_view::npos;
    });
}

}  // namespace simulator
