#include "gateway/console/search_query.hpp"

#include "gateway/http/trimmed.hpp"

#include <boost/url/params_view.hpp>
#include <boost/url/parse_query.hpp>

#include <charconv>
#include <set>

namespace gateway::console {

namespace urls = boost::urls;

namespace {

constexpr int longest_page = 100;
constexpr std::size_t longest_value = 256;  // of a parameter: no id is longer

std::optional<int> page_length(std::string_view digits) {
    int number = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failure != std::errc{} || end != digits.data() + digits.size() || number < 1 || number > longest_page)
        return std::nullopt;
    return number;
}

// What is wrong with the value, or nothing.
std::optional<std::string> take(const std::string& name, const std::string& value, search_query& into) {
    if (name == "id") {
        into.job_id = job_id_of_track(value).value_or(value);
    } else if (name == "organization") {
        into.search.organization = value;
    } else if (name == "status") {
        into.search.status = job_status_from(value);
        if (!into.search.status)
            return "status must be one of queued, running, succeeded, failed, cancelled, refused";
    } else if (name == "limit") {
        const auto number = page_length(value);
        if (!number)
            return "limit must be a whole number from 1 to " + std::to_string(longest_page);
        into.search.limit = *number;
    } else if (name == "after") {
        into.search.after = value;
    } else {
        return "there is no parameter " + name.substr(0, 40) + ": id, organization, status, limit, after";
    }
    return std::nullopt;
}

}  // namespace

std::variant<search_query, bad_query> read_search_query(std::string_view query) {
    search_query made;
    if (query.empty())
        return made;
    const std::string text{query};  // Boost.URL 1.81 looks for a NUL behind what it is given
    const auto parsed = urls::parse_query(text);
    if (!parsed)
        return bad_query{"the query is no list of names and values"};
    urls::encoding_opts options;
    options.space_as_plus = true;
    const urls::params_view parameters(text, options);
    std::set<std::string> seen;
    for (const auto& each : parameters) {
        const std::string name{each.key.data(), each.key.size()};
        const std::string value{http::trimmed({each.value.data(), each.value.size()})};
        if (!seen.insert(name).second)
            return bad_query{"each parameter may be given once"};
        if (value.size() > longest_value)
            return bad_query{name.substr(0, 40) + " is too long"};
        if (value.empty())
            continue;
        if (auto wrong = take(name, value, made))
            return bad_query{std::move(*wrong)};
    }
    return made;
}

}  // namespace gateway::console
