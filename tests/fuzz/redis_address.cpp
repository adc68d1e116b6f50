// The store's URL has two readers: the check of the configuration, and the adapter. They must not differ, and
// neither may give a password away.
#include "adapters/redis/address.hpp"
#include "config/redis_url.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

namespace {

using fuzz::claim;

constexpr std::string_view secret{"Zq9-Zq9"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    const auto read = adapters::redis::parse_address(text);
    claim(config::is_redis_url(text) == read.has_value(), "both readers agree on what is an address");
    const std::string hidden = config::hide_credentials(text);
    if (!read) {
        claim(!read.error().empty() && read.error().find(secret) == std::string::npos,
              "a sentence never quotes it");
        return 0;
    }
    claim(read->database >= 0, "a database has a number");
    if (!read->is_behind_sentinels())
        claim(read->over == adapters::redis::address::transport::unix_socket ? !read->path.empty()
                                                                             : read->port != 0,
              "an address says where");
    if (read->password == secret || read->group.password == secret) {
        const std::string shown = to_string(*read);
        std::string elsewhere = read->host + " " + read->path + " " + read->group.primary;
        for (const auto& each : read->group.sentinels)
            elsewhere += " " + each.host;
        claim(elsewhere.find(secret) != std::string::npos || shown.find(secret) == std::string::npos,
              "logs don't show a password");
    }
    if (read->password == secret && text.find(secret) == text.rfind(secret))
        claim(hidden.find(secret) == std::string::npos, "nor does --print-config");
    return 0;
}
