#include "gateway/console/access.hpp"

#include "gateway/runtime/ascii.hpp"

#include <algorithm>
#include <array>

namespace gateway::console {

namespace {

// "127.x.y.z" and nothing that only begins like it.
bool is_loopback_v4(std::string_view text) {
    std::array<std::string_view, 4> parts;
    for (std::size_t each = 0; each < parts.size(); ++each) {
        const auto dot = text.find('.');
        const bool last = each + 1 == parts.size();
        if (last != (dot == std::string_view::npos))
            return false;
        parts[each] = text.substr(0, dot);
        text.remove_prefix(last ? text.size() : dot + 1);
        if (!ascii::all_digits(parts[each]) || parts[each].size() > 3)
            return false;
    }
    return parts[0] == "127";
}

std::string_view token_in(const http::request& incoming) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string* header = incoming.header("authorization");
    if (header == nullptr || header->size() <= scheme.size() ||
        !ascii::same_ignoring_case(std::string_view{*header}.substr(0, scheme.size()), scheme))
        return {};
    return std::string_view{*header}.substr(scheme.size());
}

std::string_view text_of(const sha256_digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Browsers say for whom they send a request; other programs say nothing. `none` is the user's own doing: an
// address typed in.
bool is_for_another_origin(const http::request& incoming) {
    if (const std::string* site = incoming.header("sec-fetch-site"))
        return *site != "same-origin" && *site != "none";
    const std::string* origin = incoming.header("origin");
    const std::string* host = incoming.header("host");
    if (origin == nullptr)
        return false;
    // Whatever stands in front may have taken TLS off, so the scheme is not compared.
    const auto slashes = origin->find("://");
    return host == nullptr || slashes == std::string::npos ||
           !ascii::same_ignoring_case(std::string_view{*origin}.substr(slashes + 3), *host);
}

}  // namespace

bool names_loopback(std::string_view host) {
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        const auto rest = end == std::string_view::npos ? std::string_view{"?"} : host.substr(end + 1);
        return host.substr(0, end) == "[::1" &&
               (rest.empty() || (rest[0] == ':' && ascii::all_digits(rest.substr(1))));
    }
    const auto colon = host.find(':');
    if (colon != std::string_view::npos && !ascii::all_digits(host.substr(colon + 1)))
        return false;
    const std::string_view name = host.substr(0, colon);
    return ascii::same_ignoring_case(name, "localhost") || is_loopback_v4(name);
}

std::string_view to_sentence(verdict of) {
    switch (of) {
        case verdict::welcome: return "";
        case verdict::closed:
            return "The console is closed: the admin port listens beyond the loopback, so console.token must "
                   "be set.";
        case verdict::foreign_host:
            return "Without console.token the console answers only on the loopback: open it as "
                   "http://localhost, for example "
                   "through a tunnel.";
        case verdict::another_origin: return "The console answers only its own page.";
        case verdict::token_missing: return "The console asks for its token (console.token).";
        case verdict::token_wrong: return "This is not the console's token (console.token).";
    }
    return "";
}

doorkeeper::doorkeeper(access_settings settings) : on_loopback_{settings.on_loopback} {
    if (!settings.token.empty())
        token_ = sha256(settings.token);
}

verdict doorkeeper::of_page(const http::request& incoming) const {
    if (!open())
        return verdict::closed;
    const std::string* host = incoming.header("host");
    if (!token_ && (host == nullptr || !names_loopback(*host)))
        return verdict::foreign_host;
    return verdict::welcome;
}

verdict doorkeeper::of_read(const http::request& incoming) const {
    if (const verdict page = of_page(incoming); page != verdict::welcome)
        return page;
    if (is_for_another_origin(incoming))
        return verdict::another_origin;
    return check_token(incoming);
}

verdict doorkeeper::of_change(const http::request& incoming) const {
    if (const verdict read = of_read(incoming); read != verdict::welcome)
        return read;
    const std::string* ours = incoming.header(change_header);
    return ours != nullptr && !ours->empty() ? verdict::welcome : verdict::another_origin;
}

verdict doorkeeper::check_token(const http::request& incoming) const {
    if (!token_)
        return verdict::welcome;
    const std::string_view presented = token_in(incoming);
    if (presented.empty())
        return verdict::token_missing;
    const sha256_digest digest = sha256(presented);
    return equal_in_constant_time(text_of(digest), text_of(*token_)) ? verdict::welcome
                                                                     : verdict::token_wrong;
}

}  // namespace gateway::console
