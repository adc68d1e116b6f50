// Addresses that only we can make, and only for a while.
#include "adapters/aitronos/playback_url.hpp"

#include <gtest/gtest.h>

using namespace adapters::aitronos;
using gateway::errc;
using std::chrono::seconds;

namespace {

const std::chrono::sys_seconds now{seconds{1'782'000'000}};

playback_settings settings(std::vector<std::string> keys) {
    playback_settings all;
    all.public_url = "https://music.example.com";
    all.signing_keys = std::move(keys);
    return all;
}

struct address {
    std::string file;
    std::string query;
};

address taken_apart(const std::string& url) {
    const auto mark = url.find('?');
    const auto slash = url.rfind('/', mark);
    return {url.substr(slash + 1, mark - slash - 1), url.substr(mark + 1)};
}

errc verdict(const playback_urls& urls, const std::string& file, const std::string& query,
             seconds later = seconds{0}) {
    const auto grant = urls.verify(file, query, now + later);
    return grant ? errc{} : grant.error().code;
}

}  // namespace

TEST(PlaybackUrl, HasTheFormThatIsDocumented) {
    const playback_urls urls{settings({"one"})};
    const std::string url = urls.mint("mtrack_9ab3d40e77f1", "m4a", now);
    const std::string start{
        "https://music.example.com/media/mtrack_9ab3d40e77f1.m4a?expires=1782000600&signature="};
    EXPECT_TRUE(url.starts_with(start)) << url;
    EXPECT_EQ(url.size(), start.size() + 64);
    EXPECT_EQ(url.find_first_not_of("0123456789abcdef", start.size()), std::string::npos);
}

TEST(PlaybackUrl, ASlashAtTheEndOfThePublicUrlIsIgnored) {
    auto all = settings({"one"});
    all.public_url = "http://h:1/base//";
    EXPECT_TRUE(
        playback_urls{all}.mint("mtrack_1", "mp3", now).starts_with("http://h:1/base/media/mtrack_1.mp3?"));
}

TEST(PlaybackUrl, OpensExactlyItsFileUntilItsTime) {
    const playback_urls urls{settings({"one"})};
    const auto [file, query] = taken_apart(urls.mint("mtrack_1", "mp3", now));
    const auto grant = urls.verify(file, query, now);
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->track_id, "mtrack_1");
    EXPECT_EQ(grant->extension, "mp3");
    EXPECT_EQ(grant->expires, now + seconds{600});
    EXPECT_EQ(verdict(urls, file, query, seconds{599}), errc{});
    EXPECT_EQ(verdict(urls, file, query, seconds{600}), errc::signature_expired);
    EXPECT_EQ(verdict(urls, file, query + "&cache=1"), errc{}) << "players add parameters of their own";
}

TEST(PlaybackUrl, AnythingElseIsRefusedInOneAndTheSameWay) {
    const playback_urls urls{settings({"one"})};
    const auto [file, query] = taken_apart(urls.mint("mtrack_1", "mp3", now));
    const std::string signature = query.substr(query.find("signature="));
    const std::vector<address> forged{
        {"mtrack_2.mp3", query},
        {"mtrack_1.m4a", query},
        {"mtrack_1.mp3.mp3", query},
        {"mtrack_1", query},
        {".mp3", query},
        {"../../etc/passwd", query},
        {"mtrack_1.mp3\n", query},
        {file, ""},
        {file, signature},
        {file, "expires=1782000600"},
        {file, "expires=1782000601&" + signature},
        {file, "expires=01782000600&" + signature},
        {file, "expires=99999999999999999999&" + signature},
        {file, "expires=-1&" + signature},
        {file, "expires=1782000600&signature="},
        {file, query.substr(0, query.size() - 1)},
        {file, query + "0"},
        {file, query + "&expires=1782000600"},
        {file, query + "&" + signature},
        {file, "expires=1782000600&signature=" + std::string(64, '0')},
    };
    for (const auto& [name, parameters] : forged) {
        const auto grant = urls.verify(name, parameters, now);
        ASSERT_FALSE(grant) << name << ' ' << parameters;
        EXPECT_EQ(grant.error().code, errc::signature_invalid);
        EXPECT_EQ(grant.error().explanation, "the playback URL is not valid");
    }
}

TEST(PlaybackUrl, AForgedExpiredAddressIsForgedFirst) {
    const playback_urls urls{settings({"one"})};
    EXPECT_EQ(verdict(urls, "mtrack_1.mp3", "expires=1&signature=" + std::string(64, 'a')),
              errc::signature_invalid);
}

TEST(PlaybackUrl, KeysCanBeRotated) {
    const playback_urls before{settings({"old"})};
    const playback_urls during{settings({"new", "old"})};
    const playback_urls after{settings({"new"})};
    const auto old_url = taken_apart(before.mint("mtrack_1", "mp3", now));
    const auto new_url = taken_apart(during.mint("mtrack_1", "mp3", now));
    EXPECT_EQ(verdict(during, old_url.file, old_url.query), errc{});
    EXPECT_EQ(verdict(after, old_url.file, old_url.query), errc::signature_invalid);
    EXPECT_EQ(verdict(after, new_url.file, new_url.query), errc{}) << "the first key signs";
    EXPECT_EQ(verdict(before, new_url.file, new_url.query), errc::signature_invalid);
}

TEST(PlaybackUrl, NoSecretNoService) {
    EXPECT_THROW(playback_urls{settings({})}, std::invalid_argument);
    EXPECT_THROW(playback_urls{settings({"good", ""})}, std::invalid_argument);
    auto nowhere = settings({"good"});
    nowhere.public_url = "/";
    EXPECT_THROW(playback_urls{nowhere}, std::invalid_argument);
}
