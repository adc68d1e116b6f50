#include "tests/integration/http/test_server.hpp"
#include "tests/support/localhost.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace gateway::http::testing {
namespace {

using namespace std::chrono_literals;

class scratch_folder {
public:
    scratch_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "http-listener-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~scratch_folder() { std::filesystem::remove_all(path_); }
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

// What a killed process leaves behind: a socket file that nobody listens on.
void leave_stale_socket(const std::string& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    ::close(descriptor);
}

TEST(HttpListener, PortZeroBecomesARealPort) {
    test_server server;
    EXPECT_TRUE(server.address().starts_with("127.0.0.1:"));
    EXPECT_FALSE(server.address().ends_with(":0"));
}

TEST(HttpListener, ServesAUnixSocketAndRemovesItsFile) {
    const scratch_folder folder;
    server_options options;
    options.address = "unix:" + (folder / "s");
    test_server server{options};
    EXPECT_EQ(server.address(), options.address);
    auto client = server.connect();
    client.send("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = client.answer();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->body.starts_with("unix ")) << answer->body;
    EXPECT_TRUE(server.drain(1s).get());
    EXPECT_FALSE(std::filesystem::exists(folder / "s"));
}

TEST(HttpListener, ReplacesAStaleSocketFile) {
    const scratch_folder folder;
    leave_stale_socket(folder / "s");
    server_options options;
    options.address = "unix:" + (folder / "s");
    test_server server{options};
    auto client = server.connect();
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.answer());
}

TEST(HttpListener, LeavesALivingSocketAndAnOrdinaryFileAlone) {
    const scratch_folder folder;
    server_options options;
    options.address = "unix:" + (folder / "s");
    test_server server{options};
    EXPECT_THROW(test_server{options}, std::runtime_error);
    auto client = server.connect();
    client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.answer());

    std::ofstream{folder / "notes"} << "precious";
    boost::asio::io_context context;
    EXPECT_THROW(bind_address(context, "unix:" + (folder / "notes")), std::runtime_error);
    EXPECT_TRUE(std::filesystem::exists(folder / "notes"));
}

TEST(HttpListener, ABadAddressIsASentenceWithTheAddressInIt) {
    boost::asio::io_context context;
    const test_server server;
    for (const std::string& bad :
         {std::string{""}, std::string{"8080"}, std::string{":8080"}, std::string{"127.0.0.1:"},
          std::string{"127.0.0.1:http"}, std::string{"127.0.0.1:65536"}, std::string{"127.0.0.1:-1"},
          std::string{"::1:80"}, std::string{"unix:"}, "unix:/" + std::string(200, 'a'),
          std::string{"unix:/no/such/folder/s"}, server.address()}) {
        try {
            bind_address(context, bad);
            ADD_FAILURE() << bad;
        } catch (const std::runtime_error& failure) {
            EXPECT_NE(std::string{failure.what()}.find("'" + bad + "'"), std::string::npos) << failure.what();
        }
    }
}

TEST(HttpListener, ListensOnNames) {
    if (!tests::machine_knows_localhost())
        GTEST_SKIP() << "no names here";
    boost::asio::io_context context;
    EXPECT_NE(bind_address(context, "localhost:0").shown, "");
}

TEST(HttpListener, ListensOnIpv6) {
    boost::asio::io_context context;
    try {
        EXPECT_TRUE(bind_address(context, "[::1]:0").shown.starts_with("[::1]:"));
    } catch (const std::runtime_error& failure) {
        GTEST_SKIP() << "no IPv6 here: " << failure.what();
    }
}

TEST(HttpListener, OutlivesALackOfDescriptors) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer's own checks need a descriptor";
#endif
    test_server server;
    auto early = server.connect();
    early.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(early.answer());

    // This process is both sides: clients are made first, and the limit lowered so that accept() finds no
    // number.
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int lowest_free = ::dup(0);
    ::close(lowest_free);
    std::optional<raw_client> late;
    rlimit tight = before;
    tight.rlim_cur = static_cast<rlim_t>(lowest_free) + 1;  // room for the client's own descriptor alone
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    late.emplace(server.address());
    late->send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
    const bool answered_without_room = late->read_more(300ms);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_FALSE(answered_without_room);

    const auto answer = late->answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "GET /late?|");
}

}  // namespace
}  // namespace gateway::http::testing
