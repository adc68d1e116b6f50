#include "api.hpp"

#include "control_routes.hpp"
#include "producer_routes.hpp"

namespace simulator {

bool api_site::refuses(std::string_view first_bytes) const {
    if (!all_.flags.dead)
        return false;
    const auto space = first_bytes.find(' ');
    return space == std::string_view::npos || !first_bytes.substr(space + 1).starts_with(control_prefix);
}

answer api_site::respond(request&& incoming) {
    const std::string target{incoming.target().data(), incoming.target().size()};
    const auto question = std::min(target.find('?'), target.size());
    const auto path = std::string_view{target}.substr(0, question);
    const auto query = std::string_view{target}.substr(std::min(question + 1, target.size()));
    if (path.starts_with(control_prefix))
        return control_answer(all_, incoming, path, query);
    return producer_answer(all_, std::move(incoming), path);
}

}  // namespace simulator
