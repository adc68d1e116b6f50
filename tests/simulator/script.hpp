#pragma once
// The script: a default behaviour, and rules that give particular creates another one. The first rule that
// matches and has uses left decides. README.md, "Script", has the format.

#include "behaviour.hpp"
#include "create_request.hpp"
#include "object_reader.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace simulator {

// Every condition present must hold; none at all matches everything.
struct match {
    std::optional<std::string> sound_contains;
    std::optional<std::string> lyrics_contains;
    std::optional<std::string> title;
    std::optional<std::string> title_contains;
    std::optional<std::string> mv;
    std::optional<std::string> prompt_contains;  // of a call for lyrics: the rule is for such calls alone
    std::optional<std::uint64_t> nth_create;     // the creates received since start or reset, from 1
    std::optional<std::uint64_t> every_nth;      // every nth of the creates that the rest of this match fits
};

struct rule {
    match when;
    std::optional<std::uint64_t> uses_left;  // absent: without end
    std::shared_ptr<const behaviour> does;
    std::uint64_t fitted = 0;
};

class script {
public:
    // Nothing is changed when the document has problems.
    problems replace(const boost::json::value& document);

    // Puts one rule in front of the others. It inherits from the default of now.
    problems add_rule(const boost::json::value& document);

    // The behaviour for this create; uses the rule up.
    std::shared_ptr<const behaviour> pick(const create_request& asked, std::uint64_t number);

    // The same for a call for lyrics.
    std::shared_ptr<const behaviour> pick_for_lyrics(std::string_view prompt);

private:
    template <class Fits>
    std::shared_ptr<const behaviour> first_that(Fits fits);

    std::shared_ptr<const behaviour> default_ = std::make_shared<const behaviour>();
    std::deque<rule> rules_;
};

}  // namespace simulator
