// The commands of the program. To serve: reads the configuration, makes the parts of it, runs them.
#include "config/command_line.hpp"
#include "config/load.hpp"
#include "config/print.hpp"
#include "gateway/admin_port.hpp"
#include "gateway/app/admin.hpp"
#include "gateway/app/server.hpp"
#include "gateway/http/probe.hpp"
#include "gateway/http/tls.hpp"
#include "gateway/parts.hpp"
#include "gateway/parts_settings.hpp"
#include "gateway/runtime/core_files.hpp"
#include "gateway/runtime/log.hpp"

#include <csignal>
#include <iostream>

namespace {

namespace asio = boost::asio;

constexpr int ok = 0;
constexpr int failed_start = 1;
constexpr int probe_failed = 1;
constexpr int bad_configuration = 2;

// What the console says of this process.
gateway::console::operating_facts facts_of(const gateway::shared_parts& shared) {
    return {.version = MUSIC_GATEWAY_VERSION,
            .draining = shared.state.draining(),
            .upstream_answers = shared.upstream.creates.closed(),
            .warnings = shared.state.warnings()};
}

// ---- The commands.

int report(const std::vector<config::problem>& problems) {
    for (const config::problem& each : problems)
        std::cerr << config::describe(each) << '\n';
    return bad_configuration;
}

std::optional<gateway::http::server_certificate> certificate_of(const config::settings& values) {
    if (!values.tls.enabled())
        return std::nullopt;
    return gateway::http::server_certificate{values.tls.certificate, values.tls.private_key};
}

// All of it, or nothing: what clients may do must not come from two states of the files.
std::optional<gateway::app::reload> load_again(
    const std::string& path, const config::settings& running,
    std::optional<gateway::http::server_certificate>& certificate) {
    auto read = config::load(path, config::process_environment());
    if (const auto* problems = std::get_if<std::vector<config::problem>>(&read)) {
        for (const config::problem& each : *problems)
            gateway::log::error("reload_refused", {{"problem", config::describe(each)}});
        return std::nullopt;
    }
    const auto& again = std::get<config::loaded>(read);
    if (const auto trouble = certificate ? certificate->read() : std::string{}; !trouble.empty()) {
        gateway::log::error("reload_refused", {{"problem", trouble}});
        return std::nullopt;
    }
    for (const std::string& key : config::changes_that_need_a_restart(running, again.values))
        gateway::log::warning("restart_needed", {{"key", key}});
    gateway::app::reload changed{gateway::client_policy(again), gateway::work_policy(again.values), {}, {}};
    if (certificate) {
        changed.tls = certificate->settings();
        changed.certificate_until = certificate->valid_until();
    }
    return changed;
}

std::string url_of(const std::string& address, bool tls) {
    return address.starts_with("unix:") ? address : (tls ? "https://" : "http://") + address;
}

int serve(const std::string& path) {
    auto read = config::load(path, config::process_environment());
    if (const auto* problems = std::get_if<std::vector<config::problem>>(&read))
        return report(*problems);
    const auto& loaded = std::get<config::loaded>(read);
    const config::settings& values = loaded.values;

    auto certificate = certificate_of(values);
    if (const auto trouble = certificate ? certificate->read() : std::string{}; !trouble.empty())
        throw std::runtime_error(trouble);
    std::optional<adapters::redis::address> redis;
    if (values.store.kind == config::store_kind::redis) {
        auto where = adapters::redis::parse_address(values.store.redis.url);
        if (!where)
            throw std::runtime_error("store.redis.url: " + where.error());
        redis = *where;
    }

    gateway::log::start(values.log.level);
    auto playback = gateway::playback_settings(values);
    gateway::http_client::resolver names;
    gateway::shared_parts shared{.counts = {},
                                 .state = {},
                                 .gates = {},
                                 .failures = {},
                                 .upstream = {},
                                 .memory = adapters::memory::job_store{},
                                 .names = names,
                                 .audio = {values, names},
                                 .tools = adapters::ffmpeg::equipment{gateway::audio_work_settings(values)},
                                 .urls = adapters::aitronos::playback_urls{playback},
                                 .redis = redis};

    gateway::parts* first = nullptr;
    const auto clients = gateway::client_policy(loaded);
    const auto work = gateway::work_policy(values);
    const auto equip = [&](asio::io_context& context, std::size_t number) {
        auto made = std::make_unique<gateway::parts>(context, number, shared, values, clients, work);
        first = number == 0 ? made.get() : first;
        return made;
    };
    const gateway::app::server* running = nullptr;
    const auto make_admin = [&] {
        gateway::app::metrics_page metrics{{.store = first->store(),
                                            .counts = shared.counts,
                                            .state = shared.state,
                                            .gates = shared.gates,
                                            .upstream = shared.upstream,
                                            .rules = [first] { return first->rules(); },
                                            .clients = [&running] { return running->client_connections(); },
                                            .version = MUSIC_GATEWAY_VERSION,
                                            .store_kind = redis ? "redis" : "memory"}};
        return std::make_unique<gateway::admin_port>(gateway::admin_port::plan{
            .health = std::make_unique<gateway::app::admin>(first->store(), std::move(metrics), shared.state),
            .store = first->store(),
            .survey = first->survey(),
            .generations = first->generations(),
            .gates = shared.gates,
            .archive = first->archive(),
            .urls = shared.urls,
            .facts = [&shared] { return facts_of(shared); },
            .who = gateway::console_access(values)});
    };
    gateway::app::server server{gateway::plan_of(values, certificate ? certificate->settings() : nullptr),
                                shared.counts, shared.state, equip, make_admin};
    running = &server;

    // Playback URLs follow the port that was really bound, unless the user said what clients see.
    if (values.public_url == config::settings{}.public_url && !values.listen.is_unix()) {
        playback.public_url = url_of(server.client_address(), values.tls.enabled());
        shared.urls = adapters::aitronos::playback_urls{playback};
    }
    server.run(
        [&] { return load_again(path, values, certificate); },
        [&] {
            std::cout << "music-gateway: listening on "
                      << url_of(server.client_address(), values.tls.enabled()) << "\nmusic-gateway: admin on "
                      << url_of(server.admin_address(), false) << std::endl;
            // The contract asks for HTTPS (reference/producer-api 8); some stand-ins take less.
            if (values.producer.webhook.enabled() &&
                !values.producer.webhook.public_url.starts_with("https:"))
                gateway::log::warning("webhook_address_not_https", {{"key", "producer.webhook.public_url"}});
            gateway::log::info("started",
                               {{"version", MUSIC_GATEWAY_VERSION},
                                {"listen", server.client_address()},
                                {"admin", server.admin_address()},
                                {"store", redis ? to_string(*redis) : std::string{"memory"}},
                                {"certificate_until", certificate ? certificate->valid_until() : ""}});
        });
    gateway::log::info("stopped");
    return ok;
}

struct run_command {
    int operator()(const config::serve_command& wanted) const { return serve(wanted.config); }

    int operator()(const config::check_command& wanted) const {
        const auto read = config::load(wanted.config, config::process_environment());
        if (const auto* problems = std::get_if<std::vector<config::problem>>(&read))
            return report(*problems);
        const auto& values = std::get<config::loaded>(read).values;
        auto certificate = certificate_of(values);
        if (const auto trouble = certificate ? certificate->read() : std::string{}; !trouble.empty()) {
            std::cerr << trouble << '\n';
            return bad_configuration;
        }
        std::cout << wanted.config << ": fine\n";
        if (!adapters::ffmpeg::find_programs(gateway::audio_work_settings(values)))
            std::cout << "ffmpeg and ffprobe are not both in PATH: music is delivered as upstream makes it; "
                         "without effect are "
                      << gateway::missed_without_audio_tools(values) << '\n';
        return ok;
    }

    int operator()(const config::print_config_command& wanted) const {
        const auto read = config::load(wanted.config, config::process_environment(), config::purpose::show);
        if (const auto* problems = std::get_if<std::vector<config::problem>>(&read))
            return report(*problems);
        std::cout << config::print_config(std::get<config::loaded>(read).values);
        return ok;
    }

    int operator()(const config::new_key_command& wanted) const {
        const config::new_key key = config::make_key(wanted.order);
        std::cout << "The key, shown this once:\n\n    " << key.raw
                  << "\n\nThe entry for the keys file, which holds only its hash:\n\n"
                  << key.entry;
        return ok;
    }

    int operator()(const config::probe_command& wanted) const {
        const gateway::http::probe_target target{
            {asio::ip::make_address(wanted.where.host), wanted.where.port}, wanted.path};
        const auto answer = gateway::http::probe(target, gateway::deadline::after(std::chrono::seconds{3}));
        if (answer && answer->status == 200)
            return ok;
        std::cerr << "music-gateway: "
                  << (answer ? std::to_string(answer->status) + " " + answer->body : answer.error().message())
                  << '\n';
        return probe_failed;
    }

    int operator()(const config::help_command&) const {
        std::cout << config::help_text();
        return ok;
    }

    int operator()(const config::version_command&) const {
        std::cout << "music-gateway " << MUSIC_GATEWAY_VERSION << '\n';
        return ok;
    }

    int operator()(const config::wrong_use& wrong) const {
        std::cerr << "music-gateway: " << wrong.message << '\n';
        return bad_configuration;
    }
};

}  // namespace

int main(int count, char** arguments) {
    std::signal(SIGPIPE, SIG_IGN);  // a client that went away is an error code, not the end
    if (!gateway::leave_no_core_files())
        std::cerr << "music-gateway: a crash may leave a core file, with secrets in it\n";
    int status = failed_start;
    try {
        status = std::visit(run_command{}, config::parse_command_line({arguments + 1, arguments + count}));
    } catch (const std::exception& failure) {
        std::cerr << "music-gateway: " << failure.what() << '\n';
    }
    gateway::log::stop();
    return status;
}
