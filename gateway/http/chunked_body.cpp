#include "gateway/http/chunked_body.hpp"

#include "gateway/http/field_text.hpp"
#include "gateway/runtime/ascii.hpp"

#include <algorithm>

namespace gateway::http {

namespace {

constexpr unsigned most_digits = 16;  // of a size that fits 64 bits; leading zeros count

constexpr std::size_t longest_forbidden = 17;

bool is_forbidden_in_trailers(std::string_view lower_name) {
    return lower_name == "content-length" || lower_name == "transfer-encoding" || lower_name == "host";
}

bool is_blank(char each) {
    return each == ' ' || each == '\t';
}

}  // namespace

std::size_t chunked_body::feed(std::string_view bytes, std::string& body) {
    std::size_t used = 0;
    while (used < bytes.size() && now_ == state::more) {
        if (at_ == part::data)
            used += take_data(bytes.substr(used), body);
        else
            take(bytes[used++]);
    }
    return used;
}

std::size_t chunked_body::take_data(std::string_view bytes, std::string& body) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    body.append(bytes.substr(0, count));
    left_ -= count;
    if (left_ == 0)
        go_on(part::data_cr);
    return count;
}

void chunked_body::take(char each) {
    switch (at_) {
        case part::size: return take_size(each);
        case part::size_lf: return each == '\n' ? end_of_size_line() : fail();
        case part::data_cr: return expect('\r', each, part::data_lf);
        case part::data_lf: return expect('\n', each, part::size);
        case part::trailer_start:
        case part::trailer_name:
        case part::trailer_value:
        case part::trailer_lf:
        case part::end_lf: return counted_among_the_rest() ? take_trailer(each) : void();
        default: return counted_among_the_rest() ? take_extension(each) : void();
    }
}

void chunked_body::expect(char wanted, char each, part next) {
    if (each != wanted)
        return fail();
    go_on(next);
}

void chunked_body::take_size(char each) {
    if (const int digit = ascii::hex_value(each); digit >= 0) {
        if (++digits_ > most_digits)
            return fail();
        left_ = left_ << 4 | static_cast<unsigned>(digit);
        return;
    }
    if (digits_ == 0)
        return fail();
    if (each == '\r')
        return go_on(part::size_lf);
    go_on(part::before_extension);
    take_extension(each);
}

// The size is known, and what came along with it was well-formed.
void chunked_body::end_of_size_line() {
    digits_ = 0;
    if (left_ == 0)
        return go_on(part::trailer_start);
    if (left_ > most_body_ - body_) {
        now_ = state::too_large;
        return;
    }
    body_ += static_cast<std::size_t>(left_);
    go_on(part::data);
}

// Whether there is still room for what is no data.
bool chunked_body::counted_among_the_rest() {
    if (++else_ > most_else_)
        now_ = state::too_much_else;
    return now_ == state::more;
}

void chunked_body::take_extension(char each) {
    switch (at_) {
        case part::before_extension:
            if (each == ';')
                return go_on(part::after_semicolon);
            return is_blank(each) ? void() : fail();
        case part::after_semicolon:
            if (is_token_character(each))
                return go_on(part::name);
            return is_blank(each) ? void() : fail();
        case part::name:
        case part::after_name:
            if (is_token_character(each) && at_ == part::name)
                return;
            if (each == '=') {
                blanks_ = false;
                return go_on(part::after_equals);
            }
            break;
        case part::after_equals:
            if (each == '"')
                return go_on(part::quoted);
            if (is_token_character(each))
                return go_on(part::value);
            return is_blank(each) ? void() : fail();
        case part::value:
            if (is_token_character(each))
                return;
            break;
        case part::quoted:
            if (each == '"')
                return go_on(part::after_value);
            if (each == '\\')
                return go_on(part::escaped);
            return is_field_text(each) ? void() : fail();
        case part::escaped: return is_field_text(each) ? go_on(part::quoted) : fail();
        default: break;
    }
    // A name or a value ends here: by the line, by the next extension, or by blanks before that.
    if (each == '\r' && !blanks_)
        return go_on(part::size_lf);
    if (each == ';') {
        blanks_ = false;
        return go_on(part::after_semicolon);
    }
    if (!is_blank(each))
        return fail();
    blanks_ = true;
    if (at_ == part::name)
        go_on(part::after_name);
    else if (at_ == part::value)
        go_on(part::after_value);
}

void chunked_body::take_trailer(char each) {
    switch (at_) {
        case part::trailer_start:
            if (each == '\r')
                return go_on(part::end_lf);
            trailer_.clear();
            go_on(part::trailer_name);
            [[fallthrough]];
        case part::trailer_name:
            if (each == ':' && !trailer_.empty())
                return is_forbidden_in_trailers(trailer_) ? fail() : go_on(part::trailer_value);
            if (!is_token_character(each))  // a blank before the name would be a fold
                return fail();
            if (trailer_.size() <= longest_forbidden)
                trailer_ += ascii::lower(each);
            return;
        case part::trailer_value:
            if (each == '\r')
                return go_on(part::trailer_lf);
            return is_field_text(each) ? void() : fail();
        case part::trailer_lf: return expect('\n', each, part::trailer_start);
        default: break;
    }
    if (each != '\n')
        return fail();
    now_ = state::complete;
}

}  // namespace gateway::http
