#include "gateway/admin_port.hpp"

namespace gateway {

std::string signed_player::address_of(const job& of) const {
    if (!of.state.audio)
        return {};
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::string url = urls_.mint(track_id_of(of.id), of.state.audio->extension, now);
    return url.substr(url.rfind('/') + 1);
}

boost::asio::awaitable<http::response> signed_player::play(const http::request& incoming,
                                                           std::string file) const {
    return media_.serve(incoming, std::move(file));
}

admin_port::admin_port(plan from)
    : health_{std::move(from.health)},
      player_{from.archive, from.urls},
      console_{{from.store, from.survey, from.generations, from.gates, player_, std::move(from.facts)},
               std::move(from.who)},
      both_{"/console", console_, *health_} {}

}  // namespace gateway
