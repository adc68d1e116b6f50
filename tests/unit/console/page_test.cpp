// The one page: what may run in it, and that it needs nothing from anywhere else.
#include "gateway/console/page.hpp"

#include <gmock/gmock.h>

namespace {

using namespace gateway::console;
using testing::HasSubstr;
using testing::Not;

const std::string small = "<html data-asks-token=\"no\"><style>p{}</style><script>1;</script></html>";

}  // namespace

// RFC 4648 section 10.
TEST(ConsolePage, WritesBase64AsItsTestVectorsDo) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64(std::string_view{"\xFF\xFE\xFD", 3}), "//79");
}

TEST(ConsolePage, AllowsItsOwnStyleAndScriptByTheirHashes) {
    const auto made = make_page(small, false);
    // printf '1;' | openssl dgst -sha256 -binary | base64
    EXPECT_THAT(made.content_security_policy,
                HasSubstr("script-src 'sha256-CImjRDTlhukYQ2AnxOi0wzgPhGQ3Mb3rVwJK24dFz1M='"));
    EXPECT_THAT(made.content_security_policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(made.content_security_policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(make_page(true).content_security_policy, Not(HasSubstr("unsafe")));
}

TEST(ConsolePage, KnowsWhetherItAsksForAToken) {
    EXPECT_THAT(make_page(small, true).html, HasSubstr("data-asks-token=\"yes\""));
    EXPECT_THAT(make_page(small, false).html, HasSubstr("data-asks-token=\"no\""));
}

TEST(ConsolePage, RefusesToStartWithAPageThatItsPolicyWouldBreak) {
    EXPECT_THROW(make_page("<html data-asks-token=\"no\"><script>1;</script>", false), std::logic_error);
    EXPECT_THROW(make_page(small + "<script>2;</script>", false), std::logic_error);
    EXPECT_THROW(make_page("<style></style><script>1;</script>", false), std::logic_error);
}

TEST(ConsolePage, NamesNoAddressButItsOwn) {
    const std::string html = make_page(false).html;
    EXPECT_GT(html.size(), 10'000U);
    for (std::size_t at = html.find("http"); at != html.npos; at = html.find("http", at + 1))
        EXPECT_EQ(html.substr(at, 26), "http://www.w3.org/2000/svg") << "only the namespace of its icon";
    EXPECT_THAT(html, Not(HasSubstr(" src=")));
    EXPECT_THAT(html, Not(HasSubstr("style=\""))) << "the policy allows no style of an element's own";
    EXPECT_THAT(html, Not(HasSubstr(" onclick")));
    EXPECT_THAT(html, Not(HasSubstr("innerHTML"))) << "titles are a client's words";
}
