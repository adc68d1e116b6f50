// Fetching audio from servers nobody vouches for.
#include "producer_fixture.hpp"

#include <map>

namespace {

using namespace tests;

class memory_sink final : public gateway::audio_sink {
public:
    boost::asio::awaitable<gateway::result<void>> write(std::string bytes) override {
        largest_chunk = std::max(largest_chunk, bytes.size());
        if (refuse)
            co_return gateway::errc::archive_failed;
        kept += bytes;
        co_return gateway::result<void>{};
    }
    boost::asio::awaitable<gateway::result<gateway::stored_audio>> keep() override {
        co_return gateway::stored_audio{};
    }

    std::string kept;
    std::size_t largest_chunk = 0;
    bool refuse = false;
};

// Audio from 127.0.0.1 needs a rule; the names in `hosts` all lead where the test wants.
class AudioDownload : public producer_fixture {
protected:
    fetch_answer::any fetch(const std::string& url, adapters::producer::client_settings settings,
                            std::chrono::milliseconds patience = 10s) {
        gateway::http_client::resolver scripted{
            1, [this](const std::string& host) -> gateway::result<gateway::http_client::addresses> {
                ++lookups;
                const auto known = hosts.find(host);
                if (known == hosts.end())
                    return boost::system::error_code{boost::asio::error::host_not_found};
                return gateway::http_client::addresses(1, boost::asio::ip::make_address(known->second));
            }};
        settings.base_url = "http://127.0.0.1:9";
        settings.api_key = "sk_test_secret";
        adapters::producer::client client{context.get_executor(), scripted, std::move(settings)};
        return await(context, client.fetch(url, sink, gateway::deadline::after(patience)));
    }
    fetch_answer::any fetch(const std::string& url) {
        adapters::producer::client_settings settings;
        settings.allowed_hosts = {"127.0.0.1"};
        return fetch(url, settings);
    }

    std::map<std::string, std::string> hosts;
    std::atomic<int> lookups{0};
    memory_sink sink;
};

std::string audio(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t at = 0; at < size; ++at)
        bytes[at] = static_cast<char>(at * 31 >> 3);
    return bytes;
}

TEST_F(AudioDownload, BringsEveryByteInChunksAndSendsNoCredentials) {
    const std::string bytes = audio(1'000'003);
    std::string seen;
    fake_server server{[&](peer& client, int) {
        seen = client.read_request();
        client.answer(200, bytes);
    }};
    EXPECT_TRUE(answered<fetch_answer::fetched>(fetch(server.url() + "/a.m4a?x=1")));
    EXPECT_TRUE(sink.kept == bytes);
    EXPECT_LE(sink.largest_chunk, 64U * 1024);
    EXPECT_TRUE(seen.starts_with("GET /a.m4a?x=1 HTTP/1.1\r\n")) << seen;
    EXPECT_EQ(seen.find("uthorization"), std::string::npos);
    EXPECT_EQ(seen.find("sk_test_secret"), std::string::npos);
}

TEST_F(AudioDownload, ReadsChunkedAndCloseDelimitedBodies) {
    for (const std::string head :
         {"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "\r\nabcde"}) {
        fake_server server{[&](peer& client, int) {
            client.read_request();
            client.send("HTTP/1.1 200 OK\r\n" + head);
            client.close();
        }};
        sink.kept.clear();
        EXPECT_TRUE(answered<fetch_answer::fetched>(fetch(server.url())));
        EXPECT_EQ(sink.kept, "abcde");
    }
}

TEST_F(AudioDownload, AShortBodyIsAFailure) {
    for (const std::string head :
         {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n9\r\nabc",
          "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
          "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", ""}) {
        fake_server server{[&](peer& client, int) {
            client.read_request();
            client.send("HTTP/1.1 200 OK\r\n" + head);
            client.close();
        }};
        EXPECT_TRUE(answered<fetch_answer::failed>(fetch(server.url()))) << head;
    }
}

TEST_F(AudioDownload, AnEmptyBodyIsNotThereYet) {
    fake_server server{[&](peer& client, int) {
        client.read_request();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        client.close();
    }};
    EXPECT_TRUE(answered<fetch_answer::not_there_yet>(fetch(server.url())));
}

TEST_F(AudioDownload, StatusesTellEarlyFromGone) {
    const std::map<int, bool> early{{403, true},  {404, true},  {410, false},
                                    {500, false}, {206, false}, {204, false}};
    for (const auto& [status, perhaps_too_early] : early) {
        fake_server server{[status = status](peer& client, int) {
            client.read_request();
            client.answer(status, "x");
        }};
        const auto answer = fetch(server.url());
        EXPECT_EQ(std::holds_alternative<fetch_answer::not_there_yet>(answer), perhaps_too_early) << status;
        EXPECT_EQ(std::holds_alternative<fetch_answer::failed>(answer), !perhaps_too_early) << status;
    }
    EXPECT_EQ(sink.kept, "");
}

TEST_F(AudioDownload, StopsAtTheLimitWhetherItIsAnnouncedOrNot) {
    for (const bool announced : {true, false}) {
        fake_server server{[announced](peer& client, int) {
            client.read_request();
            if (announced)
                return client.answer(200, audio(200'000));
            client.send("HTTP/1.1 200 OK\r\n\r\n" + audio(200'000));
            client.close();
        }};
        adapters::producer::client_settings settings;
        settings.allowed_hosts = {"127.0.0.1"};
        settings.largest_audio = 100'000;
        sink.kept.clear();
        EXPECT_TRUE(answered<fetch_answer::failed>(fetch(server.url(), settings))) << announced;
        EXPECT_LE(sink.kept.size(), 100'000U);
    }
}

TEST_F(AudioDownload, ASlowSenderIsGivenUp) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
        client.wait_for_close();
    }};
    adapters::producer::client_settings settings;
    settings.allowed_hosts = {"127.0.0.1"};
    settings.audio_chunk_timeout = 100ms;
    EXPECT_TRUE(answered<fetch_answer::failed>(fetch(server.url(), settings)));
    EXPECT_TRUE(answered<fetch_answer::failed>(fetch(server.url(), settings, 50ms)));
}

TEST_F(AudioDownload, AFullArchiveEndsIt) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.answer(200, audio(1000));
    }};
    sink.refuse = true;
    EXPECT_TRUE(answered<fetch_answer::failed>(fetch(server.url())));
}

TEST_F(AudioDownload, PrivateHostsAreNotDialledUnlessNamed) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.answer(200, "abc");
    }};
    hosts["inside.test"] = "127.0.0.1";
    const std::string port = ":" + std::to_string(server.port());
    for (const std::string host :
         {"127.0.0.1", "localhost", "inside.test", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
        const auto answer = fetch("http://" + host + port, adapters::producer::client_settings{});
        EXPECT_FALSE(std::holds_alternative<fetch_answer::fetched>(answer)) << host;
    }
    EXPECT_EQ(server.connections(), 0);
    adapters::producer::client_settings named;
    named.allowed_hosts = {"inside.test"};
    lookups = 0;
    EXPECT_TRUE(answered<fetch_answer::fetched>(fetch("http://inside.test" + port, named)));
    EXPECT_EQ(lookups, 1);  // what was judged is what was dialled
    EXPECT_TRUE(answered<fetch_answer::forbidden_host>(fetch("http://other.test" + port, named)));
    EXPECT_EQ(lookups, 1);  // and nobody is asked about a host that cannot be permitted
}

TEST_F(AudioDownload, FollowsRedirectsAndJudgesEachStop) {
    fake_server target{[](peer& client, int) {
        client.read_request();
        client.answer(200, "abc");
    }};
    std::string location;
    fake_server first{[&](peer& client, int) {
        client.read_request();
        client.answer(302, "", "Location: " + location + "\r\n");
    }};
    hosts["cdn.test"] = "127.0.0.1";
    hosts["inside.test"] = "127.0.0.1";
    adapters::producer::client_settings settings;
    settings.allowed_hosts = {"cdn.test"};
    const std::string start = "http://cdn.test:" + std::to_string(first.port()) + "/a";
    const std::string port = ":" + std::to_string(target.port());

    location = "http://cdn.test" + port + "/b";
    EXPECT_TRUE(answered<fetch_answer::fetched>(fetch(start, settings)));
    location = "http://inside.test" + port + "/b";
    const auto forbidden = fetch(start, settings);
    ASSERT_TRUE(answered<fetch_answer::forbidden_host>(forbidden));
    EXPECT_EQ(std::get<fetch_answer::forbidden_host>(forbidden).host, "inside.test");
    location = "http://127.0.0.1" + port + "/b";
    EXPECT_TRUE(answered<fetch_answer::forbidden_host>(fetch(start, settings)));
    for (const char* nonsense : {"file:///etc/passwd", "http://u:p@cdn.test/", ""}) {
        location = nonsense;
        EXPECT_TRUE(answered<fetch_answer::failed>(fetch(start, settings))) << nonsense;
    }
    EXPECT_EQ(target.connections(), 1);
}

TEST_F(AudioDownload, GivesUpAfterFiveRedirects) {
    fake_server server{[](peer& client, int) {
        client.read_request();
        client.answer(301, "", "Location: /again\r\n");
    }};
    EXPECT_TRUE(answered<fetch_answer::failed>(fetch(server.url())));
    EXPECT_EQ(server.connections(), 6);
}

TEST_F(AudioDownload, AddressesThatAreNoneFail) {
    for (const char* bad : {"", "x", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/"})
        EXPECT_TRUE(answered<fetch_answer::failed>(fetch(bad))) << bad;
}

}  // namespace
