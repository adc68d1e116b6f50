// Focus music: several clips of different loudness become one seamless piece.

#include "tests/integration/ffmpeg/workshop_fixture.hpp"

namespace {

using namespace tests;
using gateway::audio_format;

class Focus : public workshop_test {};

class FocusInEveryFormat : public workshop_test, public testing::WithParamInterface<audio_format> {};

TEST_P(FocusInEveryFormat, IsOfOneLoudnessAndOnePiece) {
    gateway::master_order order = even(ordered("focus_aa", GetParam(), 240));
    order.title = "Deep work";
    int number = 0;
    for (const double gain : {-24.0, 0.0, -12.0, 6.0, -18.0}) {
        const music clip{.seconds = 60,
                         .rate = number % 2 ? 44'100 : 48'000,
                         .stereo = number != 2,
                         .gain = gain,
                         .note = 200.0 + 20 * number,
                         .shaping = number % 2 ? "afade=t=out:st=54:d=5" : ""};
        order.clips.push_back(archived("clip_c" + std::to_string(number++), clip));
    }
    const auto kept = make(order);
    ASSERT_TRUE(kept) << kept.error().message();
    const heard piece = listen_to(path_of("focus_aa", kept->extension));
    EXPECT_LE(piece.probed_seconds, 240.001);
    EXPECT_GE(piece.probed_seconds, 239.5);
    EXPECT_NEAR(piece.integrated, gateway::master_loudness_lufs, 1);
    EXPECT_LE(piece.true_peak, gateway::highest_true_peak_dbtp);
    EXPECT_LT(piece.last_peak, -40);
    EXPECT_LT(piece.first_peak, -30);
    for (const silence& each : piece.silences)
        EXPECT_TRUE(each.begin < 0.1 || each.begin > 239) << each.begin << " for " << each.seconds;
}

INSTANTIATE_TEST_SUITE_P(Formats, FocusInEveryFormat,
                         testing::Values(audio_format::m4a, audio_format::mp3, audio_format::wav,
                                         audio_format::flac),
                         [](const auto& info) { return std::string{to_string(info.param)}; });

TEST_F(Focus, HoldsDownPeaksThatWouldNotFit) {
    // Soft music with a loud beat now and then: at -16 LUFS its beats are far beyond full scale.
    const music clip{
        .seconds = 30, .gain = -26, .shaping = "volume=18dB:enable='lt(mod(t,1),0.02)':eval=frame"};
    for (const auto format : {audio_format::m4a, audio_format::mp3, audio_format::wav}) {
        gateway::master_order order = even(ordered("focus_ab", format));
        order.clips.push_back(archived("clip_da", clip));
        const auto kept = make(order);
        ASSERT_TRUE(kept);
        const heard piece = listen_to(path_of("focus_ab", kept->extension));
        EXPECT_NEAR(piece.integrated, gateway::master_loudness_lufs, 1);
        EXPECT_LE(piece.true_peak, gateway::highest_true_peak_dbtp);
    }
}

TEST_F(Focus, LeavesASilentClipOut) {
    gateway::master_order order = even(ordered("focus_ac", audio_format::wav));
    order.clips.push_back(archived("clip_ea", music{.seconds = 10}));
    order.clips.push_back(archived("clip_eb", music{.seconds = 10, .shaping = "volume=0"}));
    order.clips.push_back(archived("clip_ec", music{.seconds = 10}));
    const auto kept = make(order);
    ASSERT_TRUE(kept);
    EXPECT_NEAR(kept->duration_seconds.value_or(0), 17, 0.3);
}

TEST_F(Focus, OfNothingButSilenceStaysSilent) {
    gateway::master_order order = even(ordered("focus_ad", audio_format::mp3));
    order.clips.push_back(archived("clip_fa", music{.seconds = 10, .shaping = "volume=0"}));
    const auto kept = make(order);
    ASSERT_TRUE(kept);
    EXPECT_LT(listen_to(path_of("focus_ad", "mp3")).true_peak, -60);
}

}  // namespace
