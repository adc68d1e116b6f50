#include "config/command_line.hpp"

#include "config/keys.hpp"
#include "config/scalars.hpp"
#include "gateway/runtime/url_spelling.hpp"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <boost/program_options/variables_map.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace config {

namespace {

namespace options = boost::program_options;

// No abbreviations: a name that works today must not become ambiguous tomorrow.
constexpr int style = options::command_line_style::unix_style & ~options::command_line_style::allow_guessing;

using texts = std::vector<std::string>;

// Throws options::error. Words that belong to no option are errors, too.
options::variables_map parse_options(const texts& arguments, const options::options_description& known) {
    const options::positional_options_description no_words;
    options::variables_map values;
    options::store(
        options::command_line_parser(arguments).options(known).positional(no_words).style(style).run(),
        values);
    options::notify(values);
    return values;
}

// The table of the keys file decides what may stand there, so that the printed entry is sure to load.
std::string trouble_with(const char* option, const char* key_name, const texts& values) {
    gateway::api_key scratch;
    for (const key<gateway::api_key>& row : api_key_keys()) {
        if (row.name != key_name)
            continue;
        if (const auto trouble = row.write(scratch, values))
            return std::string{option} + " " + *trouble;
    }
    return {};
}

command parse_new_key(const texts& arguments) {
    options::options_description known;
    known.add_options()("org", options::value<texts>()->composing())("user", options::value<std::string>())(
        "capability", options::value<texts>()->composing())("expires", options::value<std::string>());
    const options::variables_map given = parse_options(arguments, known);
    if (!given.count("org") || !given.count("user"))
        return wrong_use{"keys new needs --org ORG and --user USER"};

    new_key_order order;
    order.organizations = given["org"].as<texts>();
    order.user = given["user"].as<std::string>();
    if (given.count("capability"))
        order.capabilities = given["capability"].as<texts>();
    for (const std::string& trouble : {trouble_with("--org", "organizations", order.organizations),
                                       trouble_with("--user", "user", {order.user}),
                                       trouble_with("--capability", "capabilities", order.capabilities)}) {
        if (!trouble.empty())
            return wrong_use{trouble};
    }
    if (given.count("expires") && !parse(given["expires"].as<std::string>(), order.expires_at))
        return wrong_use{"--expires must be a moment in UTC such as 2030-12-31T23:59:59Z"};
    return new_key_command{std::move(order)};
}

command parse_keys(const texts& arguments) {
    if (arguments.empty() || arguments[0] != "new")
        return wrong_use{"the word after `keys` must be `new`"};
    return parse_new_key({arguments.begin() + 1, arguments.end()});
}

// A probe has seconds and no name server to wait for: addresses and `localhost` only.
std::optional<address> probed_address(const boost::urls::url_view& url) {
    address where{"127.0.0.1", 80, {}};
    if (url.host_type() == boost::urls::host_type::ipv4 || url.host_type() == boost::urls::host_type::ipv6)
        where.host = url.host_address();
    else if (url.host() != "localhost")
        return std::nullopt;
    int port = where.port;
    if (url.has_port() && !(parse(url.port(), port) && port >= 1 && port <= 65535))
        return std::nullopt;
    where.port = static_cast<std::uint16_t>(port);
    return where;
}

command parse_probe(const std::string& text) {
    const std::string readable = gateway::with_readable_host(text);
    const auto url = boost::urls::parse_uri(readable);
    const bool plain =
        url && url->scheme_id() == boost::urls::scheme::http && !url->has_userinfo() && !url->has_fragment();
    const auto where = plain ? probed_address(*url) : std::nullopt;
    if (!where)
        return wrong_use{
            "--probe must be a URL such as http://127.0.0.1:9090/readyz, with an IP address or localhost"};
    const std::string path{url->encoded_target()};
    return probe_command{*where, path.starts_with('/') ? path : "/" + path};
}

command parse_serving(const texts& arguments) {
    options::options_description known;
    known.add_options()("config", options::value<std::string>())("check", options::bool_switch())(
        "print-config", options::bool_switch())("probe", options::value<std::string>())(
        "help", options::bool_switch())("version", options::bool_switch());
    const options::variables_map given = parse_options(arguments, known);
    if (given["help"].as<bool>())
        return help_command{};
    if (given["version"].as<bool>())
        return version_command{};

    const bool check = given["check"].as<bool>();
    const bool print = given["print-config"].as<bool>();
    if (given.count("probe")) {
        if (check || print || given.count("config"))
            return wrong_use{"--probe URL can't be used together with other options"};
        return parse_probe(given["probe"].as<std::string>());
    }
    if (!given.count("config") || given["config"].as<std::string>().empty())
        return wrong_use{"--config FILE is missing"};
    if (check && print)
        return wrong_use{"--check and --print-config can't be used together"};
    const std::string& file = given["config"].as<std::string>();
    if (check)
        return check_command{file};
    if (print)
        return print_config_command{file};
    return serve_command{file};
}

}  // namespace

command parse_command_line(const std::vector<std::string>& arguments) {
    try {
        if (!arguments.empty() && arguments[0] == "keys")
            return parse_keys({arguments.begin() + 1, arguments.end()});
        return parse_serving(arguments);
    } catch (const options::error& trouble) {
        return wrong_use{trouble.what()};
    }
}

std::string help_text() {
    return "music-gateway --config FILE                 serve\n"
           "music-gateway --config FILE --check         read and check the configuration; exit 0 or 2\n"
           "music-gateway --config FILE --print-config  the effective configuration, secrets hidden\n"
           "music-gateway keys new --org ORG --user USER [--capability NAME]... [--expires "
           "2030-12-31T23:59:59Z]\n"
           "                                            a fresh key, and its entry for the keys file\n"
           "music-gateway --probe URL                   ask a running gateway, such as "
           "http://127.0.0.1:9090/readyz;\n"
           "                                            exit 0 when it answers 200, 1 when not\n"
           "music-gateway --help | --version\n";
}

}  // namespace config
