// Files that were downloaded: what they are, and how long they play, by their bytes alone.
#include "gateway/media/media_probe.hpp"
#include "gateway/media/file_names.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

#include <cmath>
#include <cstring>

namespace {

using fuzz::claim;

// The input's bytes, with a hole of zeros in their middle: files may be larger than any input.
class file final : public gateway::media::random_access {
public:
    file(std::string_view bytes, std::uint64_t hole, std::size_t most_at_once)
        : bytes_{bytes}, hole_{hole}, most_{most_at_once} {}

    std::uint64_t size() const noexcept override { return bytes_.size() + hole_; }

    gateway::result<std::size_t> read(std::uint64_t offset, unsigned char* into, std::size_t most) override {
        ++reads;
        const std::uint64_t left = size() - std::min(offset, size());
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>({left, most, most_}));
        for (std::size_t i = 0; i < count; ++i)
            into[i] = at(offset + i);
        return count;
    }

    std::size_t reads = 0;

private:
    unsigned char at(std::uint64_t place) const {
        const std::uint64_t before = bytes_.size() / 2;
        if (place >= before && place < before + hole_)
            return 0;
        const auto index = static_cast<std::size_t>(place < before ? place : place - hole_);
        return static_cast<unsigned char>(bytes_[index]);
    }

    std::string_view bytes_;
    std::uint64_t hole_;
    std::size_t most_;
};

void check(const gateway::stored_audio& audio, std::uint64_t size) {
    claim(audio.bytes == size, "a file has the size it has");
    claim(gateway::media::is_extension(audio.extension) && audio.mime_type.starts_with("audio/"),
          "a file is of one kind");
    if (audio.duration_seconds)
        claim(std::isfinite(*audio.duration_seconds) && *audio.duration_seconds >= 0, "a length is one");
}

}  // namespace

// The first byte chooses how large the hole is: as a rule there is none.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const unsigned char choice = in.byte();
    const std::uint64_t hole = choice >= 0xF0 ? std::uint64_t{1} << (choice - 0xF0U + 16U) : 0;
    file whole{in.rest(), hole, std::size_t{1} << 20U};
    const auto probed = gateway::media::probe_media(whole);
    claim(whole.reads <= 40'000, "the work is bounded, whatever a file claims");
    if (probed)
        check(*probed, whole.size());
    else
        claim(is(probed.error(), gateway::errc::not_audio), "what is nothing else is not audio");
    if (hole != 0)
        return 0;

    file slow{in.rest(), hole, 700};
    const auto again = gateway::media::probe_media(slow);
    claim(again.has_value() == probed.has_value() && (!probed || *again == *probed),
          "how a file is read does not change what it is");
    return 0;
}
