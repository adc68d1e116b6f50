// Audio work gives way: who reads the status of a job does not notice that eight others are being mastered.
#include "tests/end_to_end/media_folder.hpp"
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <iostream>

namespace {

using namespace end_to_end;
namespace asio = boost::asio;
using microseconds = std::chrono::microseconds;

constexpr int masters = 8;
constexpr std::size_t reads = 3'000;
constexpr std::size_t rounds = 9;  // their median is what counts: on a busy machine some are somebody else's

// One connection that asks the same again and again.
class kept_connection {
public:
    kept_connection(const std::string& url, const music_client& whose, const std::string& job_id,
                    const std::string& key)
        : request_{"GET " + whose.path("/generations/" + job_id) +
                   " HTTP/1.1\r\nHost: music.test\r\nX-API-Key: " + key + "\r\n\r\n"} {
        const auto colon = url.rfind(':');
        const auto port = static_cast<unsigned short>(std::stoi(url.substr(colon + 1)));
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
        socket_.set_option(asio::ip::tcp::no_delay{true});
    }

    microseconds read() {
        const auto begun = std::chrono::steady_clock::now();
        asio::write(socket_, asio::buffer(request_));
        const auto head = asio::read_until(socket_, asio::dynamic_buffer(said_), "\r\n\r\n");
        if (!said_.starts_with("HTTP/1.1 200"))
            throw std::runtime_error{said_};
        const auto at = said_.find("content-length: ");
        const auto body = static_cast<std::size_t>(std::stoul(said_.substr(at + 16)));
        if (said_.size() < head + body)
            asio::read(socket_, asio::dynamic_buffer(said_),
                       asio::transfer_exactly(head + body - said_.size()));
        said_.clear();
        return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begun);
    }

private:
    asio::io_context context_;
    asio::ip::tcp::socket socket_{context_};
    std::string request_;
    std::string said_;
};

class AudioPressure : public Stage {
protected:
    static microseconds p99_of_a_round(kept_connection& with) {
        std::vector<microseconds> took;
        for (std::size_t each = 0; each < reads; ++each)
            took.push_back(with.read());
        std::sort(took.begin(), took.end());
        return took[took.size() * 99 / 100];
    }
    static microseconds usual_p99(kept_connection& with) {
        std::vector<microseconds> found;
        for (std::size_t each = 0; each < rounds; ++each)
            found.push_back(p99_of_a_round(with));
        std::sort(found.begin(), found.end());
        return found[rounds / 2];
    }
    // ffmpeg's processes below the gateway.
    std::size_t at_work() const {
        const auto pid = std::to_string(gateway->process().pid());
        const auto listed = run({"ps", {"--ppid", pid, "-o", "pid="}});
        return static_cast<std::size_t>(std::count(listed.out.begin(), listed.out.end(), '\n'));
    }
};

TEST_F(AudioPressure, LeavesTheReadersOfAJobAlone) {
    media_folder media{240};
    config.set("audio.work.at_once", std::to_string(masters));
    config.set("log.level", "warning");
    start(media.simulator_options());
    simulator->rule(R"({"sound_contains": "endless"})", R"({"task": {"result": "never"}})");
    const auto watched = alice().created(an_order("an endless piece"));
    alice().wait_for(watched, "running");
    kept_connection reader{gateway->url(), alice(), watched, raw_keys::alice};
    p99_of_a_round(reader);  // warms everything up
    const auto before = usual_p99(reader);

    std::vector<std::string> ids;
    for (int each = 0; each < masters; ++each) {
        auto order = an_order("a long piece, number " + std::to_string(each));
        order["duration_seconds"] = 235;
        ids.push_back(alice().created(order));
    }
    ASSERT_TRUE(eventually([&] { return at_work() == masters; })) << at_work();
    const auto meanwhile = usual_p99(reader);
    EXPECT_GT(at_work(), 0U) << "they were at work all the while";

    std::cout << "p99 of a read: " << before.count() << " us, while " << masters << " masters are made "
              << meanwhile.count() << " us\n";
    // On a quiet machine it is half more at most. Neighbours must not fail a test.
    EXPECT_LT(meanwhile, std::max(before * 3 / 2, microseconds{20'000}));
    for (const auto& id : ids)
        alice().cancel(id);
    EXPECT_TRUE(eventually([&] { return at_work() == 0; })) << "cancelled work stops";
}

}  // namespace
