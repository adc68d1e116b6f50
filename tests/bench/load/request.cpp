#include "tests/bench/load/request.hpp"

#include <stdexcept>

namespace bench::load {

namespace {

constexpr std::string_view number_mark = "{n}";
constexpr std::string_view id_mark = "{id}";
constexpr std::size_t digits = 12;

std::vector<std::size_t> put_in(std::string& text, std::string_view mark, const std::string& placeholder) {
    std::vector<std::size_t> places;
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at)) {
        text.replace(at, mark.size(), placeholder);
        places.push_back(at);
        at += placeholder.size();
    }
    return places;
}

void check(const std::vector<std::string>& ids) {
    for (const std::string& each : ids)
        if (each.size() != ids.front().size())
            throw std::invalid_argument("ids of different lengths");
}

}  // namespace

request_maker::request_maker(std::string text, std::vector<std::string> ids, std::uint64_t first_number)
    : text_{std::move(text)}, ids_{std::move(ids)}, number_{first_number} {
    check(ids_);
    if (text_.find(id_mark) != text_.npos) {
        if (ids_.empty())
            throw std::invalid_argument("the template asks for ids, and there are none");
        id_places_ = put_in(text_, id_mark, ids_.front());
    }
    const std::string nothing(digits, '0');
    for (std::size_t at = text_.find(number_mark); at != text_.npos; at = text_.find(number_mark)) {
        text_.replace(at, number_mark.size(), nothing);
        for (std::size_t& place : id_places_)
            place += place > at ? digits - number_mark.size() : 0;
        number_places_.push_back(at);
    }
}

std::string_view request_maker::next() {
    if (!id_places_.empty()) {
        const std::string& id = ids_[next_id_];
        next_id_ = next_id_ + 1 == ids_.size() ? 0 : next_id_ + 1;
        for (const std::size_t place : id_places_)
            text_.replace(place, id.size(), id);
    }
    if (!number_places_.empty()) {
        char written[digits];
        std::uint64_t rest = number_++;
        for (std::size_t at = digits; at-- > 0; rest /= 10)
            written[at] = static_cast<char>('0' + rest % 10);
        for (const std::size_t place : number_places_)
            text_.replace(place, digits, written, digits);
    }
    return text_;
}

}  // namespace bench::load
