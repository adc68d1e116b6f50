#pragma once
// The forms of store.redis.url, checked before anything is started. The Redis adapter reads the URL again for
// itself; a table of cases in the tests keeps the two from differing.

#include <string>

namespace config {

// redis://[[user]:password@]host[:port][/database][?db=], rediss:// likewise with ?ca=, unix:///path[?db=],
// redis+sentinel://[[user]:password@]host[:port][,host[:port]...]/name[/database][?sentinel_password=] and
// rediss+sentinel:// likewise with ?ca=.
bool is_redis_url(const std::string& text);

// redis://user:<hidden>@host for redis://user:password@host, and sentinel_password=<hidden>.
std::string hide_credentials(const std::string& url);

}  // namespace config
