#include "gateway/http/accepted_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

namespace gateway::http {

accepted_socket::~accepted_socket() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

std::string peer_name(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return std::string{text.data()} + ":" + std::to_string(ntohs(v4.sin_port));
    }
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, &address, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        const std::string port = std::to_string(ntohs(v6.sin6_port));
        constexpr std::string_view mapped{"::ffff:"};
        const std::string_view name{text.data()};
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && name.starts_with(mapped))
            return std::string{name.substr(mapped.size())} + ":" + port;
        return "[" + std::string{name} + "]:" + port;
    }
    return "unix";
}

}  // namespace gateway::http
