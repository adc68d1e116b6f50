#include "adapters/producer/host_rules.hpp"

#include "gateway/runtime/ascii.hpp"

#include <boost/system/errc.hpp>

#include <algorithm>
#include <charconv>

namespace adapters::producer {

namespace {

namespace ip = boost::asio::ip;

template <class Integer>
std::optional<Integer> number(std::string_view text, unsigned most) noexcept {
    unsigned value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (wrong != std::errc{} || end != text.data() + text.size() || value > most)
        return std::nullopt;
    return static_cast<Integer>(value);
}

std::optional<ip::address> address_in(std::string_view text) {
    if (text.find('%') != std::string_view::npos)  // a zone is a link-local matter
        return std::nullopt;
    boost::system::error_code wrong;
    auto address = ip::make_address(text, wrong);
    if (wrong)
        return std::nullopt;
    return address;
}

bool host_characters(std::string_view text) noexcept {
    return !text.empty() && text.front() != '.' && text.back() != '.' &&
           text.find("..") == std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
               return gateway::ascii::is_lower(c) || gateway::ascii::is_digit(c) || c == '-' || c == '_' ||
                      c == '.';
           });
}

std::optional<address_range> range_in(std::string_view text) {
    const auto slash = text.find('/');
    const auto base = address_in(text.substr(0, slash));
    if (!base)
        return std::nullopt;
    const unsigned bits = base->is_v4() ? 32 : 128;
    if (slash == std::string_view::npos)
        return address_range{*base, bits};
    const auto prefix = number<unsigned>(text.substr(slash + 1), bits);
    if (!prefix)
        return std::nullopt;
    return address_range{*base, *prefix};
}

}  // namespace

bool is_local_name(std::string_view host) noexcept {
    return host == "localhost" || host.ends_with(".localhost");
}

std::optional<host_rules::entry> host_rules::read(std::string_view text) {
    const std::string word = gateway::ascii::lowered(text);
    text = word;
    entry out;
    const bool bracketed = text.starts_with('[');
    const auto close = text.find(']');
    if (bracketed && close == std::string_view::npos)
        return std::nullopt;
    const bool bare_v6 = !bracketed && std::count(text.begin(), text.end(), ':') > 1;
    const auto colon = bare_v6 ? std::string_view::npos : text.find(':', bracketed ? close : 0);
    if (colon != std::string_view::npos) {
        out.port = number<std::uint16_t>(text.substr(colon + 1), 65535);
        if (!out.port || *out.port == 0)
            return std::nullopt;
        text = text.substr(0, colon);
    }
    if (bracketed) {
        if (!text.ends_with(']'))
            return std::nullopt;
        text = text.substr(1, text.size() - 2);
    }
    out.range = range_in(text);
    if (out.range)
        return out;
    if (bracketed)
        return std::nullopt;
    if (text.starts_with("*.")) {
        if (!host_characters(text.substr(2)))
            return std::nullopt;
        out.suffix = text.substr(1);
        return out;
    }
    if (!host_characters(text))
        return std::nullopt;
    out.host = text;
    return out;
}

gateway::result<host_rules> host_rules::parse(const std::vector<std::string>& entries,
                                              std::string* wrong_entry) {
    host_rules rules;
    for (const auto& text : entries) {
        auto rule = read(text);
        if (!rule) {
            if (wrong_entry != nullptr)
                *wrong_entry = text;
            return make_error_code(boost::system::errc::invalid_argument);
        }
        rules.entries_.push_back(std::move(*rule));
    }
    return rules;
}

bool host_rules::port_fits(const entry& rule, const url& where) noexcept {
    return !rule.port || *rule.port == where.port;
}

bool host_rules::may_resolve(const url& where) const {
    if (entries_.empty())
        return !is_local_name(where.host);
    const auto literal = address_in(where.host);
    return std::any_of(entries_.begin(), entries_.end(), [&](const entry& rule) {
        if (!port_fits(rule, where))
            return false;
        if (rule.range)
            return literal ? rule.range->contains(*literal) : !is_local_name(where.host);
        return rule.host == where.host || (!rule.suffix.empty() && where.host.ends_with(rule.suffix));
    });
}

bool host_rules::permits(const url& where, const ip::address& address) const {
    if (entries_.empty())
        return !is_local_name(where.host) && is_public(address);
    return std::any_of(entries_.begin(), entries_.end(), [&](const entry& rule) {
        if (!port_fits(rule, where))
            return false;
        if (rule.range)
            return rule.range->contains(address);
        if (!rule.host.empty())
            return rule.host == where.host;
        return where.host.ends_with(rule.suffix) && is_public(address);
    });
}

bool host_rules::names(const url& where) const {
    return !entries_.empty() && may_resolve(where);
}

}  // namespace adapters::producer
