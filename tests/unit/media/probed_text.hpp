#pragma once
// Files made in memory, and what the probe says of them.

#include "gateway/media/media_probe.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace tests {

class text_reader final : public gateway::media::random_access {
public:
    explicit text_reader(std::string text) : text_{std::move(text)} {}

    std::uint64_t size() const noexcept override { return text_.size(); }

    gateway::result<std::size_t> read(std::uint64_t offset, unsigned char* into, std::size_t most) override {
        ++reads;
        const auto from = std::min<std::uint64_t>(offset, text_.size());
        const auto count = std::min<std::uint64_t>(most, text_.size() - from);
        std::memcpy(into, text_.data() + from, count);
        return static_cast<std::size_t>(count);
    }

    std::size_t reads = 0;

private:
    std::string text_;
};

inline gateway::result<gateway::stored_audio> probe(std::string text) {
    text_reader reader{std::move(text)};
    return gateway::media::probe_media(reader);
}

inline bool is_not_audio(std::string text) {
    const auto probed = probe(std::move(text));
    return !probed && is(probed.error(), gateway::errc::not_audio);
}

inline std::string big(std::uint64_t value, int count) {
    std::string text;
    while (count-- > 0)
        text += count < 8 ? static_cast<char>(value >> (8 * count) & 0xff) : '\0';
    return text;
}

inline std::string little(std::uint64_t value, int count) {
    std::string text = big(value, count);
    std::reverse(text.begin(), text.end());
    return text;
}

// Cuts the text at every length and changes every byte to a few hostile values. The probe may say what it
// likes, as long as it ends; returns how many variants it was given.
inline std::size_t survive_mutations(const std::string& whole, std::size_t first_bytes) {
    std::size_t tried = 0;
    const std::size_t reach = std::min(first_bytes, whole.size());
    for (std::size_t cut = 0; cut < reach; ++cut, ++tried)
        (void)probe(whole.substr(0, cut));
    for (std::size_t at = 0; at < reach; ++at) {
        for (const unsigned char value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
            std::string changed = whole;
            changed[at] = static_cast<char>(value);
            (void)probe(std::move(changed));
            ++tried;
        }
    }
    return tried;
}

}  // namespace tests
