// Playback addresses: only what was signed opens anything, and only as it was signed.
#include "adapters/aitronos/playback_url.hpp"
#include "gateway/media/file_names.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

namespace {

using namespace adapters::aitronos;
using fuzz::claim;

constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'790'000'000}};
constexpr std::string_view prefix{"https://m.example/media/"};

const playback_urls& urls() {
    static const playback_urls made{
        {"https://m.example/", {"first-key", "second-key"}, std::chrono::seconds{600}}};
    return made;
}

auto verified(std::string_view file_and_query) {
    const auto mark = std::min(file_and_query.find('?'), file_and_query.size());
    return urls().verify(file_and_query.substr(0, mark),
                         file_and_query.substr(std::min(mark + 1, file_and_query.size())), now);
}

void check_any(std::string_view text) {
    const auto grant = verified(text);
    if (!grant) {
        claim(grant.error().code == gateway::errc::signature_invalid ||
                  grant.error().code == gateway::errc::signature_expired,
              "a refusal says no more than that the signature is wrong, or old");
        return;
    }
    claim(grant->expires > now, "what opens has not expired");
    claim(text.starts_with(grant->track_id + "." + grant->extension + "?"), "it opens the file it names");
}

// An address of ours with one byte changed opens nothing else, and not for longer.
void check_changed(fuzz::input& in) {
    std::string track = "mtrack_";
    for (int i = 0; i < 4; ++i)
        track += static_cast<char>('a' + in.byte() % 26);
    const std::string minted = urls().mint(track, "m4a", now).substr(prefix.size());
    const auto granted = verified(minted);
    claim(granted && granted->track_id == track && granted->extension == "m4a",
          "what was minted opens its file");

    std::string changed = minted;
    changed[in.number_up_to(minted.size() - 1)] = static_cast<char>(in.byte());
    if (const auto other = verified(changed))
        claim(other->track_id == track && other->extension == "m4a" && other->expires == granted->expires,
              "a changed address opens nothing else");
}

}  // namespace

// An address as a client sends it behind /media/; and its bytes as choices of how to change one of ours.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    check_any(in.rest());
    check_changed(in);
    return 0;
}
