// Hosts, paths and keys out of what an operator writes.
#include "adapters/s3/bucket_place.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using adapters::s3::addressing;
using adapters::s3::bucket_place;

TEST(BucketPlace, StandsInThePath) {
    const bucket_place place{"http://127.0.0.1:9000", "music", "audio", addressing::path};
    EXPECT_EQ(place.host(), "127.0.0.1:9000");
    EXPECT_EQ(place.path_of(""), "/music");
    EXPECT_EQ(place.key_of("mtrack_1", "m4a"), "audio/mtrack_1.m4a");
    EXPECT_EQ(place.address_of("audio/mtrack_1.m4a"), "http://127.0.0.1:9000/music/audio/mtrack_1.m4a");
}

TEST(BucketPlace, StandsInTheHost) {
    const bucket_place place{"https://s3.eu-west-1.amazonaws.com", "music", "", addressing::host};
    EXPECT_EQ(place.host(), "music.s3.eu-west-1.amazonaws.com");
    EXPECT_EQ(place.path_of(""), "/");
    EXPECT_EQ(place.key_of("mtrack_1", "m4a"), "mtrack_1.m4a");
    EXPECT_EQ(place.address_of("mtrack_1.m4a"), "https://music.s3.eu-west-1.amazonaws.com/mtrack_1.m4a");
}

TEST(BucketPlace, MayLieBelowAPathOfTheEndpoint) {
    const bucket_place place{"https://store.test/s3/", "music", "a/b/", addressing::path};
    EXPECT_EQ(place.path_of(""), "/s3/music");
    EXPECT_EQ(place.path_of("a/b/x y.m4a"), "/s3/music/a/b/x%20y.m4a");
    const bucket_place host{"https://store.test/s3", "music", "", addressing::host};
    EXPECT_EQ(host.path_of("k"), "/s3/k");
}

TEST(BucketPlace, KnowsWhatItNamed) {
    const bucket_place place{"https://store.test", "music", "audio/", addressing::path};
    EXPECT_TRUE(place.is_ours("audio/mtrack_1.m4a"));
    for (const char* foreign :
         {"", "audio/", "mtrack_1.m4a", "audio/deep/mtrack_1.m4a", "audio/README.md", "audio/a.m4a",
          "audio/mtrack_1", "audio/mtrack_1.m4a.bak", "Audio/mtrack_1.m4a"})
        EXPECT_FALSE(place.is_ours(foreign)) << foreign;
}

TEST(BucketPlace, RefusesWhatCannotBeDialled) {
    EXPECT_THROW((bucket_place{"store.test", "music", "", addressing::path}), std::invalid_argument);
    EXPECT_THROW((bucket_place{"https://store.test", "", "", addressing::path}), std::invalid_argument);
    EXPECT_THROW((bucket_place{"http://127.0.0.1:9000", "music", "", addressing::host}),
                 std::invalid_argument);
}

}  // namespace
