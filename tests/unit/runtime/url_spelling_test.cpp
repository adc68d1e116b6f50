#include "gateway/runtime/url_spelling.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

struct spelling {
    std::string url;
    std::string readable;
};

TEST(UrlSpelling, NameThatBeginsLikeAnAddressIsReadToItsEnd) {
    for (const auto& [url, readable] : std::vector<spelling>{
             {"https://10.0.0.1.example/x", "https://%310.0.0.1.example/x"},
             {"https://8.8.8.8-cdn.example:8443/x?y#z", "https://%38.8.8.8-cdn.example:8443/x?y#z"},
             {"redis://u:p@10.0.0.1.example", "redis://u:p@%310.0.0.1.example"},
             {"//1.2.3.4.example", "//%31.2.3.4.example"},
             {"http://1.2.3.4.?q", "http://%31.2.3.4.?q"},
             {"http://1.2.3.400/", "http://%31.2.3.400/"},
         })
        EXPECT_EQ(gateway::with_readable_host(url), readable);
}

TEST(UrlSpelling, AllElseIsLeftAlone) {
    for (const std::string url :
         {"", "/", "//", "x", "https://", "https://10.0.0.1", "https://10.0.0.1:80/1.2.3.4.example",
          "https://example/x", "https://[::1]/", "https://a1.2.3.4.example/", "unix:/run/1",
          "/see//1.2.3.4.example", "a/b//1.2.3.4.example", "?//1.2.3.4.example", "https://1@example/",
          "https://:80/"})
        EXPECT_EQ(gateway::with_readable_host(url), url);
}

}  // namespace
