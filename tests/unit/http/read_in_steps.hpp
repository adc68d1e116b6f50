#pragma once
// Reads requests whole and in pieces, for the tests of the request reader.

#include "gateway/http/request_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::http {

using state = request_reader::state;

inline server_settings small_limits() {
    server_settings settings;
    settings.header_bytes = 1024;
    settings.header_fields = 10;
    settings.body_bytes = 64;
    return settings;
}

inline const server_settings limits = small_limits();

struct outcome {
    state ended;
    refusal_kind refusal;
    request read;
    std::size_t used;
};

// Feeds `bytes` in pieces of `step`, as a connection does: what was not used comes again with more.
inline outcome read_in_steps(std::string_view bytes, std::size_t step,
                             const server_settings& settings = limits) {
    request_reader reader{settings};
    std::string pending;
    std::size_t used = 0;
    while (reader.now() == state::header || reader.now() == state::body) {
        const auto before = reader.now();
        const std::size_t taken = pending.empty() ? 0 : reader.feed(pending);
        pending.erase(0, taken);
        used += taken;
        if (reader.now() != before)
            continue;
        if (bytes.empty())
            break;
        pending += bytes.substr(0, step);
        bytes.remove_prefix(std::min(step, bytes.size()));
    }
    return {reader.now(), reader.refusal(), reader.take(), used};
}

inline const std::vector<std::size_t> steps{1, 2, 3, 5, 7, 64, 100'000};

inline void expect_refused(const std::string& bytes, refusal_kind kind,
                           const server_settings& settings = limits) {
    for (const std::size_t step : steps) {
        const auto got = read_in_steps(bytes, step, settings);
        EXPECT_EQ(got.ended, state::refused) << bytes << " in steps of " << step;
        EXPECT_EQ(got.refusal, kind) << bytes << " in steps of " << step << ": " << status_of(got.refusal);
    }
}

}  // namespace gateway::http
