#pragma once
// The smallest audio file there is a use for: a WAV of one channel, 8 bits, a thousand samples a second.

#include <cstdint>
#include <string>

namespace tests {

// With `samples` of them, each `sample`.
inline std::string wav(std::uint32_t samples, char sample = 's') {
    const auto little = [](std::uint32_t value, int count) {
        std::string text;
        for (int i = 0; i < count; ++i)
            text += static_cast<char>(value >> (8 * i) & 0xff);
        return text;
    };
    return "RIFF" + little(36 + samples, 4) + "WAVEfmt " + little(16, 4) + little(1, 2) + little(1, 2) +
           little(1000, 4) + little(1000, 4) + little(1, 2) + little(8, 2) + "data" + little(samples, 4) +
           std::string(samples, sample);
}

}  // namespace tests
