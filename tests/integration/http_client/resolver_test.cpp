// Look-ups that hang, fail, or come too late.
#include "gateway/http_client/resolver.hpp"

#include "tests/support/await.hpp"
#include "tests/support/localhost.hpp"

#include <gtest/gtest.h>
#include <boost/asio/error.hpp>

#include <future>

namespace {

using gateway::deadline;
using gateway::http_client::addresses;
using gateway::http_client::resolver;
using namespace std::chrono_literals;

const addresses somewhere(1, boost::asio::ip::make_address("10.0.0.1"));

TEST(Resolver, ALiteralAddressNeedsNobody) {
    boost::asio::io_context context{1};
    resolver names{1, [](const std::string&) -> gateway::result<addresses> {
                       ADD_FAILURE() << "asked";
                       return somewhere;
                   }};
    EXPECT_EQ(tests::await(context, names.resolve("10.0.0.1", deadline::after(5s))).value(), somewhere);
    EXPECT_EQ(tests::await(context, names.resolve("::1", deadline::after(5s))).value().size(), 1U);
}

TEST(Resolver, AsksTheSystem) {
    if (!tests::machine_knows_localhost())
        GTEST_SKIP() << "no names here";
    boost::asio::io_context context{1};
    resolver names;
    const auto found = tests::await(context, names.resolve("localhost", deadline::after(5s)));
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->front().is_loopback());
}

TEST(Resolver, FailsWithoutAnAddress) {
    boost::asio::io_context context{1};
    resolver names{1, [](const std::string&) { return gateway::result<addresses>{addresses()}; }};
    const auto found = tests::await(context, names.resolve("empty.test", deadline::after(5s)));
    EXPECT_EQ(found.error(), boost::asio::error::host_not_found);
}

TEST(Resolver, AHangingLookUpIsAbandonedAtTheDeadlineAndHoldsNobodyUp) {
    std::promise<void> release;
    const std::shared_future<void> released{release.get_future()};
    const auto ended = std::make_shared<std::promise<void>>();
    {
        boost::asio::io_context context{1};
        // All of its own: the abandoned thread may outlive this program's statics.
        resolver names{
            2, [released, ended, there = somewhere](const std::string& host) -> gateway::result<addresses> {
                if (host == "slow.test") {
                    released.wait();
                    ended->set_value();
                }
                return there;
            }};
        const auto begun = std::chrono::steady_clock::now();
        const auto late = tests::await(context, names.resolve("slow.test", deadline::after(50ms)));
        EXPECT_EQ(late.error(), boost::asio::error::timed_out);
        EXPECT_TRUE(tests::await(context, names.resolve("quick.test", deadline::after(5s))));
        EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
    }  // neither the context nor the resolver waits for the look-up
    release.set_value();
    EXPECT_EQ(ended->get_future().wait_for(5s), std::future_status::ready);
}

}  // namespace
