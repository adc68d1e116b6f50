#pragma once
// The requests of a run, made from one template: `{n}` becomes a number of twelve digits that no other
// request of the run has, `{id}` the next id of a list. Both keep their width, so a request is a few bytes
// written into a text that is ready.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench::load {

class request_maker {
public:
    // Throws std::invalid_argument when the template asks for ids and there are none, or they differ in
    // length.
    request_maker(std::string text, std::vector<std::string> ids, std::uint64_t first_number);

    // The next request; the view lives until the next call.
    std::string_view next();

private:
    std::string text_;
    std::vector<std::size_t> number_places_;
    std::vector<std::size_t> id_places_;
    std::vector<std::string> ids_;
    std::uint64_t number_;
    std::size_t next_id_ = 0;
};

}  // namespace bench::load
