// How bytes are cut must never change what they mean. A network cuts as it likes, and who stands in front of
// us may have read them whole.
#include "tests/unit/http/read_in_steps.hpp"

#include <chrono>
#include <random>

namespace gateway::http {
namespace {

using namespace std::string_view_literals;

TEST(RequestReader, AHeadThatEndsWithinTheLimitIsNotTooLargeForWhatFollowsIt) {
    const std::string begin{"GET /"};
    const std::string end{" x\r\n\r\n"};  // Beast looks for a version of eight bytes, beyond the end
    for (std::size_t length = limits.header_bytes - 6; length <= limits.header_bytes; ++length)
        expect_refused(begin + std::string(length - begin.size() - end.size(), 'a') + end + "what follows",
                       refusal_kind::malformed_request);
}

// Beast unfolds values in a buffer of 4,096 bytes, and names its lack of room like a header over the limit.
TEST(RequestReader, AFoldIsMalformedHoweverLongItsValue) {
    const server_settings wide;
    for (const std::size_t length : {4'095, 4'096, 4'097, 8'000}) {
        const std::string head =
            "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(length, 'a') + "\r\n folded\r\n\r\n";
        expect_refused(head, refusal_kind::malformed_request, wide);
        expect_refused(head + std::string(wide.header_bytes, 'b'), refusal_kind::malformed_request, wide);
    }
}

// Each '\r' could begin the end of the header: searched from the front again and again, it took seconds.
TEST(RequestReader, AHeadThatComesByteByByteIsSearchedOnce) {
    const server_settings wide;
    const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(16'000, '\r');
    const auto begun = std::chrono::steady_clock::now();
    request_reader reader{wide};
    std::size_t from = 0;
    for (std::size_t end = 1; end <= head.size(); ++end)
        from += reader.feed(std::string_view{head}.substr(from, end - from));
    EXPECT_EQ(reader.now(), state::header);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds{500});
}

TEST(RequestReader, DamagedRequestsMeanTheSameHoweverTheyAreCut) {
    const std::vector<std::string> seeds{
        "POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nt: "
        "u\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
        "GET /a HTTP/1.0\r\nConnection: keep-alive\r\nX: a\r\n b\r\n\r\n",
    };
    constexpr std::string_view bytes = "\r\n :;0159aF,=\"\0\xff\t/?"sv;
    std::mt19937 random{4711};
    for (int round = 0; round < 30'000; ++round) {
        std::string text = seeds[random() % seeds.size()];
        for (auto changes = random() % 4; changes > 0; --changes) {
            const auto at = random() % text.size();
            switch (random() % 3) {
                case 0: text[at] = bytes[random() % bytes.size()]; break;
                case 1: text.erase(at, 1 + random() % 3); break;
                default: text.insert(at, 1, bytes[random() % bytes.size()]);
            }
        }
        const auto whole = read_in_steps(text, 100'000);
        const auto cut = read_in_steps(text, 1 + random() % 9);
        if (whole.ended == state::complete || cut.ended == state::complete) {
            ASSERT_EQ(whole.ended, cut.ended) << text;
            ASSERT_EQ(whole.read.body, cut.read.body) << text;
            ASSERT_EQ(whole.used, cut.used) << text;
        }
    }
}

// Heads of good parts and a few bad ones, some as long as Beast's buffers and our limits are, or nearly.
class heads {
public:
    explicit heads(unsigned seed) : random_{seed} {}

    std::string next(const server_settings& settings) {
        text_.clear();
        header_bytes_ = settings.header_bytes;
        add({"GET", "POST", "HEAD"}, {"G@T", "CONNECT", ""});
        add({" "}, {"  ", "\t", ""});
        add({"/", "/a?b", "http://a/"}, {"*", "a", "/\x7f"});
        fill_once_in(6);
        add({" HTTP/1.1"}, {" HTTP/1.0", " HTTP/1", " HTTP/2.0", " x", ""});
        add({"\r\nHost: x\r\n"}, {"\r\n", "\n", "\r", ""});
        for (auto fields = random_() % 5; fields > 0; --fields) {
            add({"A: a", "B:", "Expect: 100-continue"},
                {"Host: x", "X", "X :a", ": a", "Content-Length: 1, 1"});
            fill_once_in(3);
            add({"\r\n"}, {"\r\n ", "\r\n\t", "\n", "\r"});
            fill_once_in(9);
        }
        return text_ + "\r\n";
    }

private:
    using choices = std::initializer_list<std::string_view>;

    void add(choices good, choices bad) {
        const auto& all = random_() % 12 == 0 ? bad : good;
        text_ += all.begin()[random_() % all.size()];
    }

    void fill_once_in(unsigned times) {
        constexpr std::size_t unfolded_by_beast = 4096;
        const std::size_t left = header_bytes_ - std::min(header_bytes_, text_.size());
        if (random_() % times != 0)
            return;
        switch (random_() % 3) {
            case 0: text_.append(random_() % 9, 'a'); break;
            case 1: text_.append(left - std::min<std::size_t>(left, random_() % 24), 'a'); break;
            default: text_.append(unfolded_by_beast - 4 + random_() % 8, 'a');
        }
    }

    std::mt19937 random_;
    std::string text_;
    std::size_t header_bytes_ = 0;
};

// An unsupported version is told from a malformed line only when the whole line is there.
bool is_of_a_version(const outcome& got) {
    return got.refusal == refusal_kind::unsupported_version || got.refusal == refusal_kind::malformed_request;
}

TEST(RequestReader, HeadsWithinTheLimitGetTheSameAnswerHoweverTheyAreCut) {
    const server_settings wide;
    heads made{4711};
    std::mt19937 random{4711};
    for (int round = 0; round < 20'000; ++round) {
        const auto& settings = round % 2 == 0 ? wide : limits;
        const std::string head = made.next(settings);
        const auto end = head.find("\r\n\r\n", std::min(head.find_first_not_of("\r\n"), head.size()));
        if (end == std::string::npos || end + 4 > settings.header_bytes)
            continue;
        const std::string text = head + std::string(random() % 2 * settings.header_bytes, 'b');
        const auto whole = read_in_steps(text, text.size(), settings);
        const auto cut = read_in_steps(text, 1 + random() % (random() % 2 == 0 ? 9 : text.size()), settings);
        ASSERT_EQ(whole.ended, cut.ended) << "round " << round;
        ASSERT_EQ(whole.read.path, cut.read.path) << "round " << round;
        if (whole.ended != state::refused) {
            ASSERT_EQ(whole.used, cut.used) << "round " << round;
        } else if (!is_of_a_version(whole) || !is_of_a_version(cut)) {
            ASSERT_EQ(whole.refusal, cut.refusal) << "round " << round;
        }
    }
}

}  // namespace
}  // namespace gateway::http
