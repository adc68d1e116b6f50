#include "options.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/program_options.hpp>

#include <charconv>
#include <ostream>
#include <stdexcept>

#ifndef SIMULATOR_MEDIA
#define SIMULATOR_MEDIA ""
#endif

namespace simulator {

namespace po = boost::program_options;
namespace fs = std::filesystem;

namespace {

// Beside the program when it was installed with its media, else the source tree it was built from.
fs::path usual_media() {
    std::error_code ec;
    const auto program = fs::read_symlink("/proc/self/exe", ec);
    if (!ec) {
        for (const char* place : {"media", "../share/music-gateway/media"}) {
            const auto beside = program.parent_path() / place;
            if (fs::exists(beside / "index.json", ec))
                return beside;
        }
    }
    return SIMULATOR_MEDIA;
}

std::uint64_t read_count(const po::variables_map& given, const char* name) {
    const auto& text = given[name].as<std::string>();
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || value > 1'000'000'000'000)
        throw std::runtime_error{std::string{"--"} + name + " '" + text +
                                 "' is not a whole number, 0 or more"};
    return value;
}

po::options_description describe(options& how) {
    po::options_description table{"producer-simulator: a stand-in for the AI Music API's producer backend"};
    auto add = table.add_options();
    add("help,h", "this text");
    add("listen", po::value(&how.listen)->default_value(how.listen)->value_name("ADDR"),
        "where the API listens; port 0 takes a free one");
    add("cdn-listen", po::value(&how.cdn_listen)->default_value(how.cdn_listen)->value_name("ADDR"),
        "where the CDN listens");
    add("cdn-url", po::value(&how.cdn_url)->value_name("URL"),
        "what audio addresses start with (default: where the CDN listens)");
    add("script", po::value<std::string>()->value_name("FILE"), "behaviour script (JSON)");
    add("api-key", po::value(&how.api_key)->default_value(how.api_key)->value_name("KEY"),
        "the one good key");
    add("credits", po::value<std::string>()->value_name("N"), "monthly credits (default 1000000)");
    add("extra-credits", po::value<std::string>()->value_name("N"), "extra credits (default 0)");
    add("max-concurrent", po::value<std::string>()->value_name("N"),
        "answer 429 to creates while so many tasks are unfinished");
    add("media", po::value<std::string>()->value_name("DIR"), "folder with the music to serve");
    add("allow-http-webhooks", po::bool_switch(&how.allow_http_webhooks), "take webhook_url with plain http");
    add("tls-certificate", po::value<std::string>()->value_name("PEM"), "serve HTTPS on both listeners");
    add("tls-key", po::value<std::string>()->value_name("PEM"), "the certificate's private key");
    return table;
}

void check(const options& how) {
    read_address(how.listen);
    read_address(how.cdn_listen);
    if (how.tls_certificate.empty() != how.tls_key.empty())
        throw std::runtime_error{"--tls-certificate and --tls-key go together"};
    if (how.api_key.empty())
        throw std::runtime_error{"--api-key must not be empty"};
    if (how.media.empty())
        throw std::runtime_error{"no media folder found: give --media DIR"};
}

}  // namespace

std::optional<options> read_options(int argc, char** argv, std::ostream& help) {
    options how;
    const auto table = describe(how);
    po::variables_map given;
    try {
        po::store(po::command_line_parser(argc, argv).options(table).positional({}).run(), given);
        po::notify(given);
    } catch (const po::error& error) {
        throw std::runtime_error{error.what()};
    }
    if (given.count("help") != 0) {
        help << table;
        return std::nullopt;
    }
    const auto path = [&](const char* name) {
        return given.count(name) != 0 ? fs::path{given[name].as<std::string>()} : fs::path{};
    };
    if (given.count("credits") != 0)
        how.credits = read_count(given, "credits");
    if (given.count("extra-credits") != 0)
        how.extra_credits = read_count(given, "extra-credits");
    if (given.count("max-concurrent") != 0)
        how.max_concurrent = read_count(given, "max-concurrent");
    how.script = path("script");
    how.media = given.count("media") != 0 ? path("media") : usual_media();
    how.tls_certificate = path("tls-certificate");
    how.tls_key = path("tls-key");
    check(how);
    return how;
}

address read_address(const std::string& text) {
    const auto colon = text.rfind(':');
    address read;
    std::string port;
    if (colon != std::string::npos) {
        read.host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    if (read.host.size() > 2 && read.host.front() == '[' && read.host.back() == ']')
        read.host = read.host.substr(1, read.host.size() - 2);
    const auto* const end = port.data() + port.size();
    const auto [stopped, error] = std::from_chars(port.data(), end, read.port);
    boost::system::error_code ec;
    boost::asio::ip::make_address(read.host, ec);
    if (ec || port.empty() || error != std::errc{} || stopped != end)
        throw std::runtime_error{"'" + text + "' is not ADDRESS:PORT, such as 127.0.0.1:0"};
    return read;
}

}  // namespace simulator
