// The media route: who gets which bytes.
#include "adapters/aitronos/media.hpp"
#include "gateway/media/media_types.hpp"

#include "tests/unit/aitronos/recorded_archive.hpp"
#include "tests/unit/service/run.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <tuple>

using namespace adapters::aitronos;
using gateway::errc;
using gateway::http::method;
using gateway::http::request;
using gateway::http::response;

namespace {

using headers = std::vector<std::pair<std::string, std::string>>;

playback_settings settings() {
    playback_settings all;
    all.public_url = "http://h";
    all.signing_keys = {"secret"};
    return all;
}

std::string header(const response& answer, std::string_view name) {
    for (const auto& [each, value] : answer.headers)
        if (each == name)
            return value;
    return "(none)";
}

class Media : public testing::Test {
protected:
    Media() {
        for (int i = 0; i < 300'000; ++i)
            bytes += static_cast<char>(i * 31 >> 3);
        archive.files["mtrack_1.m4a"] = bytes;
    }

    request ask(headers sent = {}, method how = method::get) const {
        request incoming;
        incoming.method = how;
        incoming.headers = std::move(sent);
        incoming.request_id = "req_1";
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const std::string url = urls.mint("mtrack_1", "m4a", now);
        incoming.query = url.substr(url.find('?') + 1);
        return incoming;
    }

    response serve(const request& incoming, const std::string& file = "mtrack_1.m4a") {
        return run(route.serve(incoming, file));
    }

    static std::string body(response& answer) {
        std::string all;
        for (;;) {
            auto next = run(answer.stream->next());
            EXPECT_TRUE(next);
            if (!next || next->empty())
                return all;
            EXPECT_LE(next->size(), 256u * 1024);
            all += *next;
        }
    }

    std::string bytes;
    recorded_archive archive;
    playback_urls urls{settings()};
    media route{archive, urls};
};

}  // namespace

TEST_F(Media, ServesTheWholeFileInPieces) {
    response answer = serve(ask());
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.content_type, "audio/mp4");
    EXPECT_EQ(answer.stream_bytes, bytes.size());
    EXPECT_EQ(header(answer, "accept-ranges"), "bytes");
    EXPECT_EQ(header(answer, "etag"), "\"mtrack_1-m4a-300000\"");
    EXPECT_EQ(header(answer, "content-disposition"), "inline; filename=\"mtrack_1.m4a\"");
    const std::string cache = header(answer, "cache-control");
    EXPECT_TRUE(cache == "private, max-age=600" || cache == "private, max-age=599") << cache;
    EXPECT_TRUE(archive.reads.empty()) << "nothing is read before it is sent";
    EXPECT_EQ(body(answer), bytes);
    EXPECT_EQ(archive.reads.size(), 3u);
}

TEST_F(Media, ServesRanges) {
    for (const auto& [range, first, length] :
         std::vector<std::tuple<std::string, std::size_t, std::size_t>>{{"bytes=0-1", 0, 2},
                                                                        {"bytes=299999-", 299'999, 1},
                                                                        {"bytes=-200000", 100'000, 200'000},
                                                                        {"bytes=5-5", 5, 1}}) {
        response answer = serve(ask({{"range", range}}));
        EXPECT_EQ(answer.status, 206u);
        EXPECT_EQ(answer.stream_bytes, length);
        EXPECT_EQ(header(answer, "content-range"),
                  "bytes " + std::to_string(first) + '-' + std::to_string(first + length - 1) + "/300000");
        EXPECT_EQ(answer.content_type, "audio/mp4");
        EXPECT_EQ(body(answer), bytes.substr(first, length)) << range;
    }
}

TEST_F(Media, ARangeBeyondTheEndIs416WithTheEnvelope) {
    const response answer = serve(ask({{"range", "bytes=300000-"}}));
    EXPECT_EQ(answer.status, 416u);
    EXPECT_EQ(header(answer, "content-range"), "bytes */300000");
    EXPECT_FALSE(answer.stream);
    const auto error = boost::json::parse(answer.body).at("error");
    EXPECT_EQ(error.at("code"), "RANGE_NOT_SATISFIABLE");
    EXPECT_EQ(error.at("trace_id"), "req_1");
}

TEST_F(Media, RangesThatCannotBeHonouredGetEverything) {
    EXPECT_EQ(serve(ask({{"range", "bytes=0-1,4-5"}})).status, 200u);
    EXPECT_EQ(serve(ask({{"range", "bytes=9-1"}})).status, 200u);
    EXPECT_EQ(serve(ask({{"range", "bytes=0-1"}, {"range", "bytes=0-1"}})).status, 200u);
}

TEST_F(Media, IfRangeIsHonouredForTheSameFileOnly) {
    const std::string tag{"\"mtrack_1-m4a-300000\""};
    EXPECT_EQ(serve(ask({{"range", "bytes=0-1"}, {"if-range", tag}})).status, 206u);
    for (const std::string& other :
         {"W/" + tag, std::string{"\"x\""}, std::string{"Wed, 01 Jul 2026 08:15:00 GMT"}, std::string{}})
        EXPECT_EQ(serve(ask({{"range", "bytes=0-1"}, {"if-range", other}})).status, 200u) << other;
}

TEST_F(Media, WhatTheClientHasIsNotSentAgain) {
    const std::string tag{"\"mtrack_1-m4a-300000\""};
    for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string{"*"}}) {
        const response answer = serve(ask({{"if-none-match", known}, {"range", "bytes=0-1"}}));
        EXPECT_EQ(answer.status, 304u) << known;
        EXPECT_EQ(header(answer, "etag"), tag);
        EXPECT_FALSE(answer.stream);
        EXPECT_TRUE(answer.body.empty());
    }
    EXPECT_EQ(serve(ask({{"if-none-match", "\"x\", \"y\""}})).status, 200u);
    EXPECT_EQ(serve(ask({{"if-none-match", ""}})).status, 200u);
}

TEST_F(Media, AnotherFileThanWasAskedForIsNotSent) {
    const std::string tag{"\"mtrack_1-m4a-300000\""};
    for (const std::string& wanted : {tag, "\"x\", " + tag, std::string{"*"}}) {
        EXPECT_EQ(serve(ask({{"if-match", wanted}, {"range", "bytes=0-1"}})).status, 206u) << wanted;
        EXPECT_EQ(serve(ask({{"if-match", wanted}, {"if-none-match", tag}})).status, 304u) << wanted;
    }
    for (const std::string& other : {std::string{"\"x\""}, "W/" + tag, std::string{}})
        for (const auto how : {method::get, method::head}) {
            const response answer =
                serve(ask({{"if-match", other}, {"if-none-match", tag}, {"range", "bytes=0-1"}}, how));
            EXPECT_EQ(answer.status, 412u) << other;
            EXPECT_FALSE(answer.stream);
            EXPECT_EQ(boost::json::parse(answer.body).at("error").at("code"), "PRECONDITION_FAILED");
        }
    EXPECT_EQ(serve(ask({{"if-match", "\"x\""}, {"if-match", tag}})).status, 200u);
}

TEST_F(Media, HeadTellsTheWholeFilesLength) {
    const response answer = serve(ask({{"range", "bytes=0-1"}}, method::head));
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.stream_bytes, bytes.size());
}

TEST_F(Media, AForgedAddressDoesNotEvenTouchTheArchive) {
    request forged = ask();
    forged.query.back() = forged.query.back() == '0' ? '1' : '0';
    const response existing = serve(forged);
    const response missing = serve(forged, "mtrack_2.m4a");
    EXPECT_EQ(existing.status, 403u);
    EXPECT_EQ(missing.status, 403u);
    EXPECT_EQ(boost::json::parse(existing.body).at("error").at("system_message"),
              boost::json::parse(missing.body).at("error").at("system_message"));
    EXPECT_EQ(archive.opened, 0);
}

TEST_F(Media, AnExpiredAddressIsDenied) {
    request late = ask();
    const std::string url =
        urls.mint("mtrack_1", "m4a", std::chrono::sys_seconds{std::chrono::seconds{1'000'000'000}});
    late.query = url.substr(url.find('?') + 1);
    const response answer = serve(late);
    EXPECT_EQ(answer.status, 403u);
    EXPECT_EQ(boost::json::parse(answer.body).at("error").at("code"), "ACCESS_DENIED");
    EXPECT_EQ(archive.opened, 0);
}

TEST_F(Media, AFileThatIsGoneIs404AndABrokenArchive500) {
    archive.files.clear();
    EXPECT_EQ(serve(ask()).status, 404u);
    archive.failure = errc::archive_failed;
    EXPECT_EQ(serve(ask()).status, 500u);
}

TEST_F(Media, AReadThatFailsEndsTheStreamWithAFailure) {
    archive.breaks_after = 200'000;
    response answer = serve(ask());
    ASSERT_TRUE(run(answer.stream->next()));
    ASSERT_TRUE(run(answer.stream->next()));
    EXPECT_FALSE(run(answer.stream->next()));
}

TEST_F(Media, AFileThatHasShrunkIsAFailureNotAnEarlyEnd) {
    archive.lost_bytes = 1;
    response answer = serve(ask({{"range", "bytes=299000-"}}));
    EXPECT_EQ(answer.stream_bytes, 1001u);
    EXPECT_EQ(run(answer.stream->next())->size(), 1000u);
    EXPECT_FALSE(run(answer.stream->next()));
}

TEST(MimeType, FollowsTheExtension) {
    EXPECT_EQ(gateway::media::mime_type_of("mp3"), "audio/mpeg");
    EXPECT_EQ(gateway::media::mime_type_of("m4a"), "audio/mp4");
    EXPECT_EQ(gateway::media::mime_type_of("wav"), "audio/wav");
    EXPECT_EQ(gateway::media::mime_type_of("flac"), "audio/flac");
    EXPECT_EQ(gateway::media::mime_type_of("ogg"), "audio/ogg");
    EXPECT_EQ(gateway::media::mime_type_of("exe"), "application/octet-stream");
}
