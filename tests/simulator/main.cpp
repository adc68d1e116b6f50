// producer-simulator: a stand-in for the AI Music API's producer backend that misbehaves on request. See
// README.md.
#include "api.hpp"
#include "backend.hpp"
#include "cdn.hpp"
#include "listener.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/json/parse.hpp>

#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

namespace asio = boost::asio;
using namespace simulator;

void load_script(backend& all) {
    if (all.given.script.empty())
        return;
    std::ifstream file{all.given.script};
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        throw std::runtime_error{"cannot read " + all.given.script.string()};
    boost::json::parse_options comments;
    comments.allow_comments = true;
    boost::system::error_code ec;
    const auto document = boost::json::parse(text.str(), ec, {}, comments);
    if (ec)
        throw std::runtime_error{all.given.script.string() + " is not JSON: " + ec.message()};
    if (const auto found = all.behaviours.replace(document); !found.empty())
        throw std::runtime_error{all.given.script.string() + ": " + joined(found)};
    all.first_script = all.behaviours;
}

std::optional<asio::ssl::context> load_tls(const options& given) {
    if (given.tls_certificate.empty())
        return std::nullopt;
    asio::ssl::context tls{asio::ssl::context::tls_server};
    tls.use_certificate_chain_file(given.tls_certificate.string());
    tls.use_private_key_file(given.tls_key.string(), asio::ssl::context::pem);
    return tls;
}

int serve(const options& given) {
    asio::io_context context{1};
    backend all{context, given};
    load_script(all);
    auto tls = load_tls(given);
    api_site api{all};
    cdn_site cdn{all};
    auto* const secure = tls ? &*tls : nullptr;
    listener for_api{context, read_address(given.listen), api, secure, all.running};
    listener for_cdn{context, read_address(given.cdn_listen), cdn, secure, all.running};
    all.cdn_url = given.cdn_url.empty() ? for_cdn.url() : given.cdn_url;

    asio::signal_set signals{context, SIGINT, SIGTERM};
    signals.async_wait([&all](boost::system::error_code ec, int) {
        if (ec)
            return;
        all.later.clear();
        all.running.cancel();  // run() below returns once every coroutine has ended
    });
    all.running.spawn(for_api.run());
    all.running.spawn(for_cdn.run());
    std::cout << "producer-simulator: listening on " << for_api.url() << "\n"
              << "producer-simulator: cdn on " << for_cdn.url() << std::endl;
    context.run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const auto given = read_options(argc, argv, std::cout);
        return given ? serve(*given) : 0;
    } catch (const std::exception& error) {
        std::cerr << "producer-simulator: " << error.what() << std::endl;
        return 2;
    }
}
