#pragma once
// audio.allowed_hosts: from where audio may be fetched. Decides on the host as written and on every address
// it resolved to; the caller connects to exactly the address that was judged.

#include "adapters/producer/public_address.hpp"
#include "gateway/http_client/url.hpp"
#include "gateway/runtime/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::producer {

using gateway::http_client::url;

class host_rules {
public:
    // Entries: "cdn.example.com", "*.example.com" (any depth below, not example.com itself), "10.1.2.3",
    // "[::1]", "10.0.0.0/8", each but the last with an optional ":port". An empty list is "any public
    // address". An error names the first entry that reads as none of these in `wrong_entry`, when given.
    static gateway::result<host_rules> parse(const std::vector<std::string>& entries,
                                             std::string* wrong_entry = nullptr);

    // Before asking a name server: whether any address of this host could be permitted.
    bool may_resolve(const url& where) const;

    // Whether to connect to `address` for `where`. Private addresses only for a host named in full, or when
    // the address itself is named; a wildcard alone vouches for public ones only, since others may add names
    // below it.
    bool permits(const url& where, const boost::asio::ip::address& address) const;

    // Whether the list speaks of this host by name or address; such a host may also be reached without TLS
    // after a redirect from an https address.
    bool names(const url& where) const;

private:
    struct entry {
        std::string host;    // in full; empty for a suffix or a range
        std::string suffix;  // ".example.com"
        std::optional<address_range> range;
        std::optional<std::uint16_t> port;
    };

    static std::optional<entry> read(std::string_view text);
    static bool port_fits(const entry& rule, const url& where) noexcept;

    std::vector<entry> entries_;
};

// "localhost" and names below it never leave the machine, whatever a resolver says.
bool is_local_name(std::string_view host) noexcept;

}  // namespace adapters::producer
