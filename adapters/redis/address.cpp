#include "adapters/redis/address.hpp"

#include "adapters/redis/sentinel_url.hpp"
#include "gateway/runtime/url_spelling.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>
#include <optional>

namespace adapters::redis {

namespace {

using outcome = boost::system::result<address, std::string>;

outcome problem(std::string sentence) {
    return outcome{boost::system::in_place_error, std::move(sentence)};
}

std::optional<int> number_up_to(std::string_view text, int most) {
    int value = 0;
    if (text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;  // "-0"
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value > most)
        return std::nullopt;
    return value;
}

// Redis numbers its databases with an int; no server has more than this.
constexpr int most_databases = 1'000'000;

// Fills `into` from the query; the sentence says what is wrong, and is empty when nothing is.
std::string read_query(const boost::urls::url_view& url, address& into) {
    for (const auto& parameter : url.params()) {
        const std::string key{parameter.key};
        const std::string value{parameter.value};
        if (key == "db") {
            const auto database = number_up_to(value, most_databases);
            if (!database)
                return "the db in the store URL is not a database number";
            into.database = *database;
        } else if (key == "ca" && into.over == address::transport::tls && !value.empty()) {
            into.certificate_authority = value;
        } else {
            return "the store URL has a parameter that is not db, or ca with rediss://";
        }
    }
    return {};
}

std::string read_network_place(const boost::urls::url_view& url, address& into) {
    into.host = url.host_type() == boost::urls::host_type::ipv6 ? url.host_address() : url.host();
    if (into.host.empty())
        return "the store URL names no host";
    if (url.has_port()) {
        const auto port = number_up_to(url.port(), 65'535);
        if (!port || *port == 0)
            return "the port in the store URL is not between 1 and 65535";
        into.port = static_cast<std::uint16_t>(*port);
    }
    const std::string path = url.path();
    if (path.empty() || path == "/")
        return {};
    const auto database = number_up_to(std::string_view{path}.substr(1), most_databases);
    if (!database)
        return "what follows the host in the store URL is not a database number";
    into.database = *database;
    return {};
}

std::string read_socket_place(const boost::urls::url_view& url, address& into) {
    if (!url.host().empty() || url.has_port())
        return "a unix: store URL names a host or a port: write unix:///path";
    into.path = url.path();
    // sun_path holds 108 bytes with the closing zero; a NUL would cut the name short.
    if (into.path.size() < 2 || into.path.front() != '/' || into.path.size() > 107 ||
        into.path.find('\0') != std::string::npos)
        return "the path of a unix: store URL must be absolute and at most 107 bytes long";
    return {};
}

}  // namespace

outcome parse_address(std::string_view text) {
    if (is_sentinel_url(text))
        return parse_sentinel_url(text);
    const std::string readable = gateway::with_readable_host(text);
    const auto parsed = boost::urls::parse_uri(readable);
    if (!parsed)
        return problem("the store URL is not a URL");
    const boost::urls::url_view url = *parsed;
    address found;
    const std::string scheme{url.scheme()};
    if (scheme == "redis")
        found.over = address::transport::tcp;
    else if (scheme == "rediss")
        found.over = address::transport::tls;
    else if (scheme == "unix")
        found.over = address::transport::unix_socket;
    else
        return problem("the store URL must start with redis://, rediss://, unix: or redis+sentinel://");
    if (url.has_fragment())
        return problem("the store URL has a fragment");

    std::string wrong = found.over == address::transport::unix_socket ? read_socket_place(url, found)
                                                                      : read_network_place(url, found);
    if (wrong.empty())
        wrong = read_query(url, found);
    if (!wrong.empty())
        return problem(std::move(wrong));

    found.user = url.user();
    found.password = url.password();
    if (found.password.empty() && !found.user.empty())
        return problem("the store URL has a user without a password; a password alone is written :password@");
    return found;
}

std::string to_string(const place& of) {
    const std::string host = of.host.find(':') == std::string::npos ? of.host : "[" + of.host + "]";
    return host + ":" + std::to_string(of.port);
}

std::string to_string(const address& of) {
    if (of.over == address::transport::unix_socket)
        return "unix:" + of.path;
    const std::string scheme = of.over == address::transport::tls ? "rediss" : "redis";
    if (!of.is_behind_sentinels())
        return scheme + "://" + to_string(place{of.host, of.port});
    std::string hosts;
    for (const place& each : of.group.sentinels)
        hosts += (hosts.empty() ? "" : ",") + to_string(each);
    return scheme + "+sentinel://" + hosts + "/" + of.group.primary;
}

}  // namespace adapters::redis
