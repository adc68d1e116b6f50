#pragma once
// All that the stand-in knows at one time: what the routes read and change. One thread, so no locks.

#include "credits.hpp"
#include "lyrics_tasks.hpp"
#include "media.hpp"
#include "options.hpp"
#include "schedule.hpp"
#include "script.hpp"
#include "statistics.hpp"
#include "task_group.hpp"
#include "task_store.hpp"
#include "webhook_sender.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace simulator {

// Refuses calls with 429.
struct throttle {
    bool creates = true;
    bool polls = false;
    std::optional<std::string> retry_after;
    std::optional<std::uint64_t> times;       // so many refusals, then none; absent: without end
    std::optional<std::uint64_t> per_second;  // so many calls in a second are let through; absent: none

    std::chrono::steady_clock::time_point window{};  // the second being counted
    std::uint64_t passed = 0;                        // calls let through in it
};

struct switches {
    bool unauthorized = false;  // every key is wrong
    bool dead = false;          // every connection is reset, except for control
    bool retired = false;       // every create is 410
    std::optional<throttle> limiter;
};

struct backend {
    backend(boost::asio::io_context& io, options how)
        : context{io},
          given{std::move(how)},
          media{given.media},
          later{io},
          running{io},
          webhooks{io, running, later} {
        balance.monthly = given.credits;
        balance.extra = given.extra_credits;
    }

    boost::asio::io_context& context;
    options given;
    media_library media;
    std::string cdn_url;  // what result addresses start with
    script first_script;  // what reset goes back to
    script behaviours;
    credits balance;
    statistics counts;
    switches flags;
    task_store tasks;
    std::deque<lyrics_task> lyrics;
    schedule later;
    task_group running;
    webhook_sender webhooks;
};

}  // namespace simulator
