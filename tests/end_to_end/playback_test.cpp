// What a player does with a playback URL: no key, byte ranges, and nothing for whoever changed a letter of
// it.
#include "tests/support/stage.hpp"

#include <gtest/gtest.h>

namespace {

using namespace end_to_end;

class Playback : public StageOnStore {
protected:
    void SetUp() override { start(); }

    std::string finished_url() {
        id_ = alice().created(an_order());
        const auto job = alice().wait_for(id_, "succeeded");
        return text(job, "playback_url");
    }

    // The file as the producer's CDN has it.
    std::string original() const {
        const auto clip = std::string{simulator->task().at("clip_ids").as_array().front().as_string()};
        return ask(simulator->cdn_url(), {"GET", "/producer/" + clip + ".m4a"}).body;
    }

    void expect_denied(const std::string& url) {
        SCOPED_TRACE(url);
        expect_error(play(url), 403, "ACCESS_DENIED", "authorization_error");
    }

    std::string id_;
};
ON_BOTH_STORES(Playback);

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what << " is not in " << text;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

TEST_P(Playback, PlaysWithoutAKeyTheBytesThatTheProducerServed) {
    const auto url = finished_url();
    EXPECT_TRUE(url.starts_with("http://music.test/media/mtrack_" + id_.substr(5) + ".m4a?expires=")) << url;
    const auto reply = play(url);
    ASSERT_EQ(reply.status, 200) << reply.body.substr(0, 300);
    EXPECT_EQ(reply.body, original());
    EXPECT_EQ(reply.header("content-type"), "audio/mp4");
    EXPECT_EQ(reply.header("content-length"), std::to_string(reply.body.size()));
    EXPECT_EQ(reply.header("accept-ranges"), "bytes");
    const auto job = alice().job(id_);
    EXPECT_EQ(text(job.at("track").as_object(), "mime_type"), "audio/mp4");
    for (const auto& [name, value] : reply.headers)
        EXPECT_EQ(value.find(simulator->cdn_url().substr(7)), std::string::npos) << name;
}

TEST_P(Playback, FfprobeReadsItAndMeasuresTheSameLength) {
    const auto url = finished_url();
    const auto file = folder.write("played.m4a", play(url).body);
    const auto probed =
        run({"ffprobe", {"-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file}});
    ASSERT_EQ(probed.code, 0) << probed.err;
    const auto measured = alice().job(id_).at("track").at("measured_duration_seconds").to_number<double>();
    EXPECT_NEAR(measured, std::stod(probed.out), 0.1);
}

TEST_P(Playback, FfprobePlaysTheUrlItself) {
    config.set("listen", gateway->url().substr(7));
    config.set("public_url", gateway->url());
    restart_gateway();
    const auto url = finished_url();
    const auto probed = run({"ffprobe",
                             {"-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", url},
                             {"no_proxy=127.0.0.1"}});
    EXPECT_EQ(probed.code, 0) << probed.err;
    EXPECT_NE(probed.out.find("aac"), std::string::npos) << probed.out;
}

TEST_P(Playback, IsMintedAfreshOnEachReadWhereverTheTrackIsShown) {
    const auto url = finished_url();
    const auto job = alice().job(id_);
    EXPECT_EQ(play(text(job, "playback_url")).status, 200);
    EXPECT_EQ(play(text(job.at("track").as_object(), "playback_url")).status, 200);
    EXPECT_EQ(play(text(alice().track("mtrack_" + id_.substr(5)).json().as_object(), "playback_url")).status,
              200);
    EXPECT_EQ(play(url).status, 200) << "the first one still works";
}

TEST_P(Playback, SendsTheRangesThatWereAskedFor) {
    const auto url = finished_url();
    const auto whole = play(url).body;
    const auto size = std::to_string(whole.size());
    const auto range = [&](const std::string& wanted) { return play(url, {{"Range", wanted}}); };

    const auto middle = range("bytes=100-299");
    EXPECT_EQ(middle.status, 206);
    EXPECT_EQ(middle.body, whole.substr(100, 200));
    EXPECT_EQ(middle.header("content-range"), "bytes 100-299/" + size);
    EXPECT_EQ(middle.header("content-length"), "200");
    EXPECT_EQ(middle.header("content-type"), "audio/mp4");

    const auto open = range("bytes=1000-");
    EXPECT_EQ(open.status, 206);
    EXPECT_EQ(open.body, whole.substr(1000));

    const auto suffix = range("bytes=-50");
    EXPECT_EQ(suffix.status, 206);
    EXPECT_EQ(suffix.body, whole.substr(whole.size() - 50));

    const auto over = range("bytes=10-99999999");
    EXPECT_EQ(over.status, 206);
    EXPECT_EQ(over.body, whole.substr(10));

    const auto first = range("bytes=0-0");
    EXPECT_EQ(first.body, whole.substr(0, 1));
}

TEST_P(Playback, AnswersARangeBeyondTheEndWith416) {
    const auto url = finished_url();
    const auto size = std::to_string(play(url).body.size());
    for (const std::string& wanted :
         {"bytes=" + size + "-", std::string{"bytes=99999999-"}, std::string{"bytes=-0"}}) {
        const auto reply = play(url, {{"Range", wanted}});
        expect_error(reply, 416);
        EXPECT_EQ(reply.header("content-range"), "bytes */" + size);
    }
    for (const char* unreadable : {"bytes=5-2", "lines=1-2", "bytes=a-b"})
        EXPECT_EQ(play(url, {{"Range", unreadable}}).status, 200) << "what cannot be read is ignored";
}

TEST_P(Playback, AnswersHeadLikeGetWithoutTheBytes) {
    const auto url = finished_url();
    const auto get = play(url);
    const auto head = play(url, {}, "HEAD");
    EXPECT_EQ(head.status, 200);
    EXPECT_TRUE(head.body.empty());
    for (const char* same : {"content-length", "content-type", "accept-ranges", "etag"})
        EXPECT_EQ(head.header(same), get.header(same)) << same;
    EXPECT_EQ(play(replaced(url, "signature=", "signature=0"), {}, "HEAD").status, 403);
}

TEST_P(Playback, SparesWhoHasTheFileAlready) {
    const auto url = finished_url();
    const auto tag = play(url).header("etag");
    const auto reply = play(url, {{"If-None-Match", tag}});
    EXPECT_EQ(reply.status, 304);
    EXPECT_TRUE(reply.body.empty());
}

TEST_P(Playback, RefusesWhateverWasTamperedWith) {
    const auto url = finished_url();
    const auto other =
        text(alice().wait_for(alice().created(an_order("another")), "succeeded"), "playback_url");
    const auto signature = url.substr(url.find("signature=") + 10);
    const char last = signature.back();
    expect_denied(url.substr(0, url.size() - 1) + (last == '0' ? '1' : '0'));
    expect_denied(url.substr(0, url.size() - 1));
    expect_denied(replaced(url, signature, std::string(64, '0')));
    expect_denied(replaced(url, signature, ""));
    expect_denied(replaced(url, "&signature=" + signature, ""));
    expect_denied(replaced(url, "expires=", "expires=9"));
    expect_denied(replaced(url, "expires=", "expires=-"));
    expect_denied(replaced(url, "mtrack_" + id_.substr(5), "mtrack_000000000000"));
    expect_denied(replaced(url, ".m4a", ".wav"));
    expect_denied(replaced(url, signature, other.substr(other.find("signature=") + 10)));
    expect_denied("http://music.test/media/mtrack_" + id_.substr(5) + ".m4a");
    for (const char* outside :
         {"/media/..%2f..%2fgateway.yaml?expires=9999999999&signature=00", "/media/..?x", "/media/%00.m4a"})
        EXPECT_GE(ask(gateway->url(), {"GET", outside}).status, 400) << outside;
}

TEST_P(Playback, EndsWithTheLifeOfTheUrl) {
    config.set("audio.url_ttl", "2s");
    restart_gateway();
    const auto url = finished_url();
    ASSERT_TRUE(eventually([&] { return play(url).status == 403; }));
    expect_denied(url);
    EXPECT_EQ(play(text(alice().job(id_), "playback_url")).status, 200)
        << "reading the job again gives a new one";
}

// The archive and the redis store outlive the process, so that a URL can meet a gateway with other keys.
class PlaybackOnRedis : public Stage {
protected:
    PlaybackOnRedis() : Stage{store_kind::redis} {}
    void SetUp() override { start(); }
};

TEST_F(PlaybackOnRedis, AcceptsTheOlderKeyWhileKeysAreRotatedAndNoForeignOne) {
    const auto id = alice().created(an_order());
    const auto url = text(alice().wait_for(id, "succeeded"), "playback_url");
    config.set("audio.signing_keys", std::string{"[brand-new-signing-key-01, "} + secrets::signing_key + "]");
    restart_gateway();
    EXPECT_EQ(play(url).status, 200) << "signed with what is now the second key";
    const auto fresh = text(alice().job(id), "playback_url");
    EXPECT_EQ(play(fresh).status, 200);
    config.set("audio.signing_keys", "[a-foreign-signing-key-99]");
    restart_gateway();
    for (const auto& foreign : {url, fresh})
        expect_error(play(foreign), 403, "ACCESS_DENIED", "authorization_error");
    EXPECT_EQ(play(text(alice().job(id), "playback_url")).status, 200);
}

TEST_F(PlaybackOnRedis, OutlivesTheProducersOwnFile) {
    simulator->by_default(R"({"cdn": {"expires_ms": 1500}})");
    const auto id = alice().created(an_order());
    const auto whole = play(text(alice().wait_for(id, "succeeded"), "playback_url")).body;
    simulator->stop();
    restart_gateway();
    EXPECT_EQ(play(text(alice().job(id), "playback_url")).body, whole);
}

TEST_F(PlaybackOnRedis, SaysSoWhenTheFileIsGone) {
    const auto url = text(alice().wait_for(alice().created(an_order()), "succeeded"), "playback_url");
    std::filesystem::remove_all(folder.path() / "audio");
    expect_error(play(url), 404, "RESOURCE_NOT_FOUND", "client_error");
}

}  // namespace
