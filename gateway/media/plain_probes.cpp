// WAV and FLAC: a short header tells all.

#include "gateway/media/format_probes.hpp"

namespace gateway::media {

// RIFF chunks: a name, a little-endian size, a body padded to an even length.
std::optional<measured> probe_wav(byte_window& file) {
    const auto head = file.at(0, 12);
    if (!head || !says(*head, 0, "RIFF") || !says(*head, 8, "WAVE"))
        return std::nullopt;

    constexpr std::uint64_t written_to_a_pipe = 0xffffffff;  // the writer could not seek back: up to the end
    std::uint64_t bytes_a_second = 0;
    for (std::uint64_t at = 12;;) {
        const auto chunk = file.at(at, 8);
        if (!chunk)
            return std::nullopt;
        const bool is_format = says(*chunk, 0, "fmt ");
        const bool is_data = says(*chunk, 0, "data");
        std::uint64_t size = little_endian<4>(*chunk, 4);
        at += 8;
        if (is_data && size == written_to_a_pipe)
            size = file.size() - at;
        if (size > file.size() - at)
            return std::nullopt;
        if (is_data) {
            if (size == 0 || bytes_a_second == 0)
                return std::nullopt;
            return measured{static_cast<double>(size) / static_cast<double>(bytes_a_second)};
        }
        if (is_format && size >= 16) {
            if (const auto format = file.at(at, 16))
                bytes_a_second = little_endian<4>(*format, 8);
        }
        at += size + size % 2;
    }
}

// "fLaC", metadata blocks of which the first is STREAMINFO, then frames.
std::optional<measured> probe_flac(byte_window& file) {
    const auto head = file.at(0, 42);
    if (!head || !says(*head, 0, "fLaC") || ((*head)[4] & 0x7f) != 0 || big_endian<3>(*head, 5) != 34)
        return std::nullopt;
    const std::uint64_t packed = big_endian<8>(*head, 18);
    const std::uint64_t rate = packed >> 44;
    const std::uint64_t samples = packed & 0xfffffffff;  // 0: not told
    if (rate == 0)
        return std::nullopt;

    std::uint64_t at = 4;
    for (bool last = false; !last;) {
        const auto block = file.at(at, 4);
        if (!block)
            return std::nullopt;
        last = (*block)[0] & 0x80;
        at += 4 + big_endian<3>(*block, 1);
    }
    const auto frame = file.at(at, 2);
    if (!frame || (*frame)[0] != 0xff || ((*frame)[1] & 0xfe) != 0xf8)
        return std::nullopt;
    if (samples == 0)
        return measured{};
    return measured{static_cast<double>(samples) / static_cast<double>(rate)};
}

}  // namespace gateway::media
