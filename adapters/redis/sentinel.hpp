#pragma once
// Finding the primary of a group by asking its sentinels, and noticing when it is another one.
//
// A link that stands is followed by asking again twice a second over a connection kept for it, rather than by
// subscribing to +switch-master: a published message that falls into a reconnection is lost for ever, a
// silent subscription can't be told from a dead sentinel without asking it something anyway, and half a
// second is little beside the time that a fail-over takes, and the two seconds in which sentinels tell each
// other. A switch is also noticed without sentinels: the link breaks,
// or the server answers READONLY (connection.cpp).

#include "adapters/redis/address.hpp"
#include "adapters/redis/reply.hpp"
#include "adapters/redis/stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace adapters::redis {

// A server's address, or why nobody named one, without secrets.
using named_primary = boost::system::result<address, std::string>;

// Used on one thread, by one coroutine at a time.
class sentinels {
public:
    // `group` is an address behind sentinels. One that has not answered within `patience`, connecting
    // included, is passed over (a look-up of its name can't be hurried).
    sentinels(address group, std::chrono::milliseconds patience);

    // Asks one after the other until one names the primary; that one is asked first next time. The address
    // holds all that the group's did, with host and port filled in. Whether the server there really is a
    // primary is for the caller to ask: sentinels learn of each other's decisions late.
    boost::asio::awaitable<named_primary> primary();

private:
    struct answer {
        std::unique_ptr<stream> link;  // fit for the next question
        place named;
    };
    using asked = boost::system::result<answer, std::string>;
    using opened = boost::system::result<std::unique_ptr<stream>, std::string>;

    boost::asio::awaitable<asked> ask(place sentinel, std::unique_ptr<stream> link);
    boost::asio::awaitable<opened> connect(place sentinel, gateway::deadline by);
    address named(place server) const;

    const address group_;
    const std::chrono::milliseconds patience_;
    std::vector<place> order_;
    std::unique_ptr<stream> kept_;  // to the first of order_, nothing under way on it
};

// The server in a reply to SENTINEL GET-MASTER-ADDR-BY-NAME, or what is wrong with it. Pure.
boost::system::result<place, std::string> read_primary(const reply& from);

}  // namespace adapters::redis
