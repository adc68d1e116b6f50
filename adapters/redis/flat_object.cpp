#include "adapters/redis/flat_object.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <limits>
#include <utility>

namespace adapters::redis {

namespace json = boost::json;

namespace {

// What the parser calls.
class member_handler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

    using error = json::error_code;
    using piece = json::string_view;

    explicit member_handler(flat_object_visitor& into) : into_{into} {}

    bool on_document_begin(error&) { return true; }
    bool on_document_end(error&) { return true; }
    bool on_object_begin(error& ec) { return go_on(!std::exchange(in_object_, true), ec); }
    bool on_object_end(std::size_t, error&) { return true; }
    bool on_array_begin(error& ec) { return go_on(in_object_ && !std::exchange(in_array_, true), ec); }
    bool on_array_end(std::size_t, error& ec) {
        in_array_ = false;
        return go_on(into_.texts(name_, std::exchange(texts_, {})), ec);
    }

    bool on_key_part(piece part, std::size_t, error&) { return keep(part); }
    bool on_key(piece part, std::size_t, error&) {
        name_ = whole(part);
        pending_.clear();
        return true;
    }
    bool on_string_part(piece part, std::size_t, error&) { return keep(part); }
    bool on_string(piece part, std::size_t, error& ec) {
        bool good = in_object_;
        if (in_array_)
            texts_.emplace_back(whole(part));
        else if (good)
            good = into_.text(name_, whole(part));
        pending_.clear();
        return go_on(good, ec);
    }

    bool on_number_part(piece, error&) { return true; }
    bool on_int64(std::int64_t number, piece, error& ec) {
        return go_on(is_member() && into_.number(name_, number), ec);
    }
    bool on_uint64(std::uint64_t, piece, error& ec) { return go_on(false, ec); }
    bool on_double(double, piece, error& ec) { return go_on(false, ec); }
    bool on_bool(bool flag, error& ec) { return go_on(is_member() && into_.flag(name_, flag), ec); }
    bool on_null(error& ec) { return go_on(false, ec); }
    bool on_comment_part(piece, error&) { return true; }
    bool on_comment(piece, error&) { return true; }

private:
    bool is_member() const { return in_object_ && !in_array_; }
    bool keep(piece part) {
        pending_.append(part.data(), part.size());
        return true;
    }
    // A text comes in pieces only when it has escapes.
    std::string_view whole(piece last) {
        if (pending_.empty())
            return {last.data(), last.size()};
        keep(last);
        return pending_;
    }
    static bool go_on(bool good, error& ec) {
        if (!good)
            ec = json::error::syntax;
        return good;
    }

    flat_object_visitor& into_;
    std::string name_;
    std::string pending_;  // of the text being read
    std::vector<std::string> texts_;
    bool in_object_ = false;
    bool in_array_ = false;
};

}  // namespace

bool read_flat_object(std::string_view text, flat_object_visitor& into) {
    json::parse_options lenient;
    lenient.allow_invalid_utf8 = true;
    json::basic_parser<member_handler> parser{lenient, into};
    json::error_code failure;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
    return !failure && read == text.size();
}

}  // namespace adapters::redis
