#pragma once
// The one URL that no URL library reads, because its authority lists several hosts:
//   redis+sentinel://[[user]:password@]host[:port][,host[:port]...]/name[/database][?sentinel_password=...]
//
// `name` is what the sentinels call the primary; the port of a sentinel is 26379 unless it says otherwise;
// user, password and database are for the primary, sentinel_password for the sentinels. With
// rediss+sentinel:// both speak TLS (?ca=/path/to/ca.pem as with rediss://), and certificates are verified
// for the sentinel's host as it stands here, and for the primary's address as the sentinels give it. User,
// passwords and ca are percent-encoded; nothing else needs to be, and so may not be.

#include "adapters/redis/address.hpp"

namespace adapters::redis {

inline constexpr std::uint16_t sentinel_port = 26'379;
inline constexpr std::size_t most_sentinels = 16;

// Whether the URL begins like one of these.
bool is_sentinel_url(std::string_view url) noexcept;

// What it holds, or a sentence on what is wrong that never quotes it. Pure.
boost::system::result<address, std::string> parse_sentinel_url(std::string_view url);

}  // namespace adapters::redis
