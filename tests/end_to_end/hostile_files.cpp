#include "tests/end_to_end/hostile_files.hpp"

#include <array>
#include <random>
#include <stdexcept>

namespace end_to_end::hostile {

namespace {

std::string four_bytes(std::uint32_t value, bool big_endian = true) {
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8)
        bytes.insert(big_endian ? bytes.begin() : bytes.end(), static_cast<char>(value >> shift));
    return bytes;
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
    return value;
}

// Where the name of the first such box stands; its size is in the four bytes before.
std::size_t name_of(const std::string& m4a, std::string_view box, std::size_t from = 0) {
    const auto at = m4a.find(box, from);
    if (at == std::string::npos || at < 4)
        throw std::runtime_error{"no box " + std::string{box}};
    return at;
}

std::size_t end_of_samples(const std::string& m4a, double share) {
    const auto samples = name_of(m4a, "mdat") + 4;
    return samples + static_cast<std::size_t>(static_cast<double>(m4a.size() - samples) * share);
}

}  // namespace

std::string cut_short(const std::string& m4a, double share) {
    return m4a.substr(0, end_of_samples(m4a, share));
}

std::string cut_short_and_patched(const std::string& m4a, double share) {
    std::string cut = cut_short(m4a, share);
    const auto samples = name_of(cut, "mdat") - 4;
    return cut.replace(samples, 4, four_bytes(static_cast<std::uint32_t>(cut.size() - samples)));
}

std::string with_number(std::string m4a, std::string_view box, std::size_t offset, std::uint32_t value) {
    for (auto at = name_of(m4a, box); at != std::string::npos; at = m4a.find(box, at + 4))
        m4a.replace(at + 4 + offset, 4, four_bytes(value));
    return m4a;
}

std::string referring_to(std::string m4a, std::string_view url) {
    const auto reference = name_of(m4a, "url ", name_of(m4a, "dref"));
    const std::string location = std::string{url} + '\0';
    m4a.replace(reference + 4, 4, four_bytes(0));  // no longer "in this file"
    m4a.insert(reference + 8, location);
    std::size_t from = name_of(m4a, "moov");
    for (const std::string_view box : {"moov", "trak", "mdia", "minf", "dinf", "dref", "url "}) {
        from = name_of(m4a, box, from);
        const auto grown = number_at(m4a, from - 4) + static_cast<std::uint32_t>(location.size());
        m4a.replace(from - 4, 4, four_bytes(grown));
    }
    return m4a;
}

std::string hls_playlist(std::string_view file, std::string_view url) {
    std::string text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:12\n";
    for (const std::string_view each : {file, url})
        text.append("#EXTINF:12,\n").append(each).append("\n");
    return text + "#EXT-X-ENDLIST\n";
}

std::string ffconcat_script(std::string_view file, std::string_view url) {
    std::string text = "ffconcat version 1.0\n";
    for (const std::string_view each : {file, url})
        text.append("file '").append(each).append("'\nduration 12\n");
    return text;
}

std::string dash_manifest(std::string_view url) {
    std::string text =
        R"(<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" )"
        R"(mediaPresentationDuration="PT12S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">)"
        R"(<Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="96000">)"
        R"(<BaseURL>)";
    return text.append(url).append("</BaseURL></Representation></AdaptationSet></Period></MPD>");
}

std::string session_description() {
    return "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=music\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n";
}

std::string svg(std::string_view url) {
    std::string text = R"(<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" )"
                       R"(xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href=")";
    return text.append(url).append(R"("/></svg>)");
}

std::string zip() {
    using namespace std::string_literals;
    const std::string name = "song.m4a";
    const std::string local = "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0"s + name;
    const std::string central =
        "PK\1\2\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s +
        name;
    return local + central + "PK\5\6\0\0\0\0\1\0\1\0\x36\0\0\0\x26\0\0\0\0\0"s;
}

std::string noise(std::size_t size) {
    std::mt19937 source{20'261'121};
    std::string bytes(size, '\0');
    for (char& each : bytes)
        each = static_cast<char>(source());
    return bytes;
}

std::string with_claimed_bytes(std::string wav, std::uint32_t claimed) {
    const auto data = name_of(wav, "data");
    wav.replace(data + 4, 4, four_bytes(claimed, false));
    return wav.replace(4, 4, four_bytes(claimed, false));
}

}  // namespace end_to_end::hostile
