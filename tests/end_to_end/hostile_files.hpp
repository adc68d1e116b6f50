#pragma once
// Files that only pretend to be music, or are it with a lie inside. Bytes; media_folder keeps them.

#include <cstdint>
#include <string>
#include <string_view>

namespace end_to_end::hostile {

// An m4a with its index in front whose samples end early: the header keeps its promise of the whole length.
// `share` of the samples stay.
std::string cut_short(const std::string& m4a, double share);
// The same, and the sizes of its boxes agree with what is there.
std::string cut_short_and_patched(const std::string& m4a, double share);

// Every number behind the name of a box, `offset` bytes into its payload, replaced.
std::string with_number(std::string m4a, std::string_view box, std::size_t offset, std::uint32_t value);

// An m4a with its index at the end that says its samples are in another file.
std::string referring_to(std::string m4a, std::string_view url);

std::string hls_playlist(std::string_view file, std::string_view url);
std::string ffconcat_script(std::string_view file, std::string_view url);
std::string dash_manifest(std::string_view url);
std::string session_description();
std::string svg(std::string_view url);
std::string zip();

// Bytes without any order, the same ones each time.
std::string noise(std::size_t size);
// A WAV that claims this many bytes, of the file as of its samples.
std::string with_claimed_bytes(std::string wav, std::uint32_t claimed);

}  // namespace end_to_end::hostile
