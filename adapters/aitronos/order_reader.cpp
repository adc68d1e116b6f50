#include "adapters/aitronos/order_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <variant>

namespace adapters::aitronos {

namespace json = boost::json;
using gateway::service::generation_draft;
using gateway::service::given;

namespace {

using text_member = given<std::string> generation_draft::*;
using integer_member = given<std::int64_t> generation_draft::*;
using flag_member = given<bool> generation_draft::*;
using texts_member = given<std::vector<std::string>> generation_draft::*;

// The body's members (reference/aitronos-api 3.1).
struct member {
    std::string_view name;
    std::variant<text_member, integer_member, flag_member, texts_member> into;
};

constexpr std::array<member, 10> members{{
    {"engine", &generation_draft::engine},
    {"prompt", &generation_draft::prompt},
    {"duration_seconds", &generation_draft::duration_seconds},
    {"mode", &generation_draft::mode},
    {"instrumental", &generation_draft::instrumental},
    {"lyrics", &generation_draft::lyrics},
    {"seed_track_id", &generation_draft::seed_track_id},
    {"style_tags", &generation_draft::style_tags},
    {"title", &generation_draft::title},
    {"idempotency_key", &generation_draft::idempotency_key},
}};

// What the parser calls. Depth 1 is inside the order itself; only there are names looked at.
class order_handler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    using error = json::error_code;
    using text = json::string_view;

    bool on_document_begin(error&) { return true; }
    bool on_document_end(error&) { return true; }

    bool on_object_begin(error&) {
        value_of_wrong_type();
        ++depth_;
        return true;
    }
    bool on_object_end(std::size_t, error&) {
        --depth_;
        return true;
    }
    bool on_array_begin(error& ec) {
        begin_array();
        ++depth_;
        return depth_ > 1 || no_object(ec);
    }
    bool on_array_end(std::size_t, error&) {
        if (--depth_ == 1)
            end_array();
        return true;
    }

    bool on_key_part(text part, std::size_t, error&) {
        if (depth_ == 1)
            pending_.append(part.data(), part.size());
        return true;
    }
    bool on_key(text part, std::size_t, error& ec) {
        if (depth_ != 1)
            return true;
        if (pending_.empty())
            return name({part.data(), part.size()}, ec);
        pending_.append(part.data(), part.size());
        const bool good = name(pending_, ec);
        pending_.clear();
        return good;
    }

    bool on_string_part(text part, std::size_t, error&) {
        if (wants_text())
            pending_.append(part.data(), part.size());
        return true;
    }
    bool on_string(text part, std::size_t, error& ec) {
        if (!wants_text()) {
            value_of_wrong_type();
            return depth_ > 0 || no_object(ec);
        }
        pending_.append(part.data(), part.size());
        take_text();
        return true;
    }

    bool on_number_part(text, error&) { return true; }
    bool on_int64(std::int64_t number, text, error& ec) { return take_number(number, ec); }
    bool on_uint64(std::uint64_t, text, error& ec) {
        value_of_wrong_type();  // reported only above the range of int64
        return depth_ > 0 || no_object(ec);
    }
    bool on_double(double number, text, error& ec) {
        constexpr double limit = 9223372036854775808.0;  // 2^63
        if (std::trunc(number) == number && number >= -limit && number < limit)
            return take_number(static_cast<std::int64_t>(number), ec);
        value_of_wrong_type();
        return depth_ > 0 || no_object(ec);
    }
    bool on_bool(bool flag, error& ec) {
        const auto* into = current_ && depth_ == 1 ? std::get_if<flag_member>(&current_->into) : nullptr;
        if (into)
            (draft_.**into).set(flag);
        else
            value_of_wrong_type();
        return depth_ > 0 || no_object(ec);
    }
    bool on_null(error& ec) {
        if (depth_ != 1)
            value_of_wrong_type();  // inside style_tags; at the top it is as good as absent
        return depth_ > 0 || no_object(ec);
    }
    bool on_comment_part(text, error&) { return true; }
    bool on_comment(text, error&) { return true; }

    // What was wrong, when the parser stopped because of us.
    const char* complaint() const { return complaint_; }

    // Whether a member that we don't know came twice; sorted here, so that many names cost no quadratic
    // search.
    bool repeats_unknown() {
        std::sort(unknown_.begin(), unknown_.end());
        return std::adjacent_find(unknown_.begin(), unknown_.end()) != unknown_.end();
    }

    generation_draft take() { return std::move(draft_); }

private:
    bool stop(const char* complaint, error& ec) {
        complaint_ = complaint;
        ec = json::error::syntax;
        return false;
    }
    bool no_object(error& ec) { return stop("the request body must be a JSON object", ec); }

    bool name(std::string_view text, error& ec) {
        const auto found = std::find_if(members.begin(), members.end(),
                                        [&](const member& each) { return each.name == text; });
        current_ = found == members.end() ? nullptr : &*found;
        if (!current_) {
            unknown_.emplace_back(text);
            return true;
        }
        const auto bit = 1u << (found - members.begin());
        if (seen_ & bit)
            return stop("the request body has a member twice", ec);
        seen_ |= bit;
        return true;
    }

    bool in_tags() const { return depth_ == 2 && tags_open_; }

    bool wants_text() const {
        return in_tags() || (depth_ == 1 && current_ && std::holds_alternative<text_member>(current_->into));
    }

    void take_text() {
        if (in_tags())
            tags_.push_back(std::move(pending_));
        else
            (draft_.*std::get<text_member>(current_->into)).set(std::move(pending_));
        pending_.clear();
    }

    bool take_number(std::int64_t number, error& ec) {
        const auto* into = current_ && depth_ == 1 ? std::get_if<integer_member>(&current_->into) : nullptr;
        if (into)
            (draft_.**into).set(number);
        else
            value_of_wrong_type();
        return depth_ > 0 || no_object(ec);
    }

    void begin_array() {
        if (depth_ == 1 && current_ && std::holds_alternative<texts_member>(current_->into))
            tags_open_ = true;
        else
            value_of_wrong_type();
    }

    void end_array() {
        if (!tags_open_)
            return;
        tags_open_ = false;
        auto& into = draft_.*std::get<texts_member>(current_->into);
        if (into.is != given<std::vector<std::string>>::state::wrong_type)
            into.set(std::move(tags_));
    }

    // A value of no use where it stands. Anything inside a member spoils the member, known by `current_`, as
    // a whole.
    void value_of_wrong_type() {
        if (depth_ > 0 && current_)
            std::visit([&](auto into) { (draft_.*into).wrong(); }, current_->into);
    }

    generation_draft draft_;
    std::size_t depth_ = 0;
    const member* current_ = nullptr;  // the known member whose value is being read
    unsigned seen_ = 0;                // a bit for each known member
    bool tags_open_ = false;
    std::vector<std::string> tags_;
    std::string pending_;               // of a name or a text that arrives in parts
    std::vector<std::string> unknown_;  // names
    const char* complaint_ = nullptr;
};

}  // namespace

gateway::service::outcome<generation_draft> read_order(std::string_view body) {
    using gateway::errc;
    using gateway::service::refused;

    json::parse_options strict;  // no comments, no trailing commas, no invalid UTF-8
    strict.max_depth = deepest_order;
    json::basic_parser<order_handler> parser{strict};
    json::error_code problem;
    const std::size_t read = parser.write_some(false, body.data(), body.size(), problem);
    if (const char* complaint = parser.handler().complaint())
        return refused(errc::invalid_request, complaint);
    if (problem)
        return refused(errc::invalid_request, "the request body is not valid JSON: " + problem.message() +
                                                  " at byte " + std::to_string(read));
    if (read < body.size())
        return refused(errc::invalid_request, "the request body goes on after the JSON object");
    if (parser.handler().repeats_unknown())
        return refused(errc::invalid_request, "the request body has a member twice");
    return parser.handler().take();
}

}  // namespace adapters::aitronos
