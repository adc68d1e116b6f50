#pragma once
// The chunked transfer coding (RFC 9112, 7.1), read to the letter: whoever stands in front of us may read a
// line end or a quote more leniently than its neighbour, and that is how a second request is smuggled. No
// I/O.

#include <cstdint>
#include <string>
#include <string_view>

namespace gateway::http {

class chunked_body {
public:
    enum class state {
        more,           // feed it what comes next
        complete,       // the last chunk and the trailers were read
        too_large,      // a chunk would take the body over its limit
        too_much_else,  // extensions or trailers are over theirs
        malformed,
    };

    // Bytes of the body, and of all that comes along with it: extensions and trailers.
    chunked_body(std::size_t most_body, std::size_t most_else)
        : most_body_{most_body}, most_else_{most_else} {}

    // Appends what is data to `body`; returns how many bytes it is done with: all of them, while there is
    // more to come. Trailers are checked and dropped: nobody here has a use for one, and it must not pass for
    // a header.
    std::size_t feed(std::string_view bytes, std::string& body);

    state now() const noexcept { return now_; }

private:
    enum class part {
        size,              // its digits
        before_extension,  // blanks that only a ';' may follow
        after_semicolon,   // blanks before a name
        name,
        after_name,    // blanks that only '=' or ';' may follow
        after_equals,  // blanks before a value
        value,
        quoted,
        escaped,      // behind a backslash in a quoted value
        after_value,  // the end of a quoted one; or blanks that only ';' may follow
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_start,  // of a line: another field, or the end
        trailer_name,
        trailer_value,
        trailer_lf,
        end_lf,
    };

    void take(char each);
    void take_size(char each);
    void take_extension(char each);
    void take_trailer(char each);
    void end_of_size_line();
    bool counted_among_the_rest();
    void expect(char wanted, char each, part next);
    void go_on(part next) { at_ = next; }
    void fail() { now_ = state::malformed; }
    std::size_t take_data(std::string_view bytes, std::string& body);

    const std::size_t most_body_;
    const std::size_t most_else_;
    std::size_t body_ = 0;
    std::size_t else_ = 0;
    std::uint64_t left_ = 0;  // of the chunk
    unsigned digits_ = 0;     // of its size
    std::string trailer_;     // its name, in lower case, as far as is of interest
    bool blanks_ = false;     // since the name or value ended
    part at_ = part::size;
    state now_ = state::more;
};

}  // namespace gateway::http
