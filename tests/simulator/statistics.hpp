#pragma once
// What has come in, counted so that a test can prove things: that nothing was generated twice, that polls
// keep their budget, that no key goes to the CDN.

#include "create_request.hpp"

#include <boost/beast/http/fields.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>

namespace simulator {

// Creates that asked for the same thing.
struct same_creates {
    std::string sound, lyrics, title;
    std::uint64_t received = 0;
    std::uint64_t accepted = 0;  // tasks: more than one is a second charge for the same music
};

// The most events in any window of one second.
class busiest_second {
public:
    void count() {
        const auto now = std::chrono::steady_clock::now();
        window_.push_back(now);
        while (now - window_.front() > std::chrono::seconds{1})
            window_.pop_front();
        most_ = std::max<std::uint64_t>(most_, window_.size());
    }
    std::uint64_t most() const { return most_; }

private:
    std::deque<std::chrono::steady_clock::time_point> window_;
    std::uint64_t most_ = 0;
};

struct statistics {
    std::uint64_t creates_received = 0;
    std::uint64_t creates_accepted = 0;
    std::map<std::string, std::uint64_t> creates_by_answer;
    std::unordered_map<std::string, same_creates> creates_by_key;
    boost::beast::http::fields last_create_headers;

    std::uint64_t lyrics_creates = 0;  // calls for lyrics, however they were answered

    std::uint64_t polls = 0;
    std::uint64_t polls_of_unknown_tasks = 0;
    busiest_second poll_pace;
    std::uint64_t credits_reads = 0;
    std::uint64_t unauthorized = 0;
    std::uint64_t unfinished = 0;
    std::uint64_t most_unfinished = 0;

    std::uint64_t cdn_requests = 0;
    std::uint64_t cdn_requests_with_credentials = 0;
    std::map<unsigned, std::uint64_t> cdn_by_status;

    same_creates& creates_like(const create_request& asked) {
        const auto text = [](const std::optional<std::string>& part) { return part.value_or(std::string{}); };
        std::string key = text(asked.sound) + '\0' + text(asked.lyrics) + '\0' + text(asked.title);
        auto [at, fresh] = creates_by_key.try_emplace(std::move(key));
        if (fresh)
            at->second = {text(asked.sound), text(asked.lyrics), text(asked.title), 0, 0};
        return at->second;
    }
};

}  // namespace simulator
