#include "config/new_key.hpp"

#include "config/scalars.hpp"
#include "config/yaml_text.hpp"

#include "gateway/domain/api_key.hpp"
#include "gateway/runtime/random_id.hpp"

namespace config {

new_key make_key(const new_key_order& order) {
    new_key made;
    made.raw = gateway::random_id("ak_", 40);
    const std::vector<std::string> capabilities =
        order.capabilities.empty() ? std::vector{std::string{gateway::music_capability}} : order.capabilities;
    made.entry = "- sha256: " + gateway::to_hex(gateway::sha256(made.raw)) + "\n" +                  //
                 "  user: " + yaml_scalar(order.user) + "\n" +                                       //
                 "  organizations: " + yaml_list(order.organizations) + "\n" +                       //
                 "  capabilities: " + yaml_list(capabilities) + "\n" +                               //
                 "  state: active\n" +                                                               //
                 "  expires_at: " + (order.expires_at ? to_text(order.expires_at) : "null") + "\n";  //
    return made;
}

}  // namespace config
