#include "gateway/http/seats.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace gateway::http {

std::optional<client_origin> origin_of(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &address, sizeof v4);
        return client_origin{false, v4.sin_addr.s_addr};
    }
    if (address.ss_family != AF_INET6)
        return std::nullopt;
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
        std::uint32_t v4 = 0;
        std::memcpy(&v4, v6.sin6_addr.s6_addr + 12, sizeof v4);
        return client_origin{false, v4};
    }
    client_origin from{true, 0};
    std::memcpy(&from.bits, v6.sin6_addr.s6_addr, sizeof from.bits);
    return from;
}

std::optional<seat> seats::take(const sockaddr_storage& from) {
    if (served_ < limits_.served) {
        const auto origin = limits_.per_address > 0 ? origin_of(from) : std::nullopt;
        if (!origin || has_room_for(*origin)) {
            ++served_;
            return seat{shared_from_this(), true, origin};
        }
    }
    if (turned_away_ >= limits_.turned_away)
        return std::nullopt;
    ++turned_away_;
    return seat{shared_from_this(), false, std::nullopt};
}

bool seats::has_room_for(const client_origin& from) {
    const std::lock_guard held{guard_};
    std::size_t& taken = by_origin_[from];  // of none before, and the limit is at least one: there is room
    if (taken >= limits_.per_address)
        return false;
    ++taken;
    return true;
}

void seats::free(bool served, const std::optional<client_origin>& from) noexcept {
    if (from) {
        const std::lock_guard held{guard_};
        const auto found = by_origin_.find(*from);
        if (--found->second == 0)
            by_origin_.erase(found);
    }
    --(served ? served_ : turned_away_);
}

}  // namespace gateway::http
