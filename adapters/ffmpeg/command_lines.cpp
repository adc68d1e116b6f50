#include "adapters/ffmpeg/command_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace adapters::ffmpeg {

namespace {

constexpr std::size_t longest_title = 1'000;  // bytes

struct known_kind {
    std::string_view extension;
    media_kind kind;
};

constexpr std::array known_kinds{
    known_kind{"m4a", {"mov", "aac,alac,mp3float,flac,opus"}},
    known_kind{"mp3", {"mp3", "mp3float"}},
    known_kind{"wav", {"wav", "pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le"}},
    known_kind{"flac", {"flac", "flac"}},
    known_kind{"ogg", {"ogg", "vorbis,opus,flac,speex"}},
};
constexpr media_kind decoded_kind{"wav", "pcm_f32le"};

// A number as filters read it, whatever the locale.
std::string text_of(double value) {
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.6f", value);
    return std::string(text.data(), static_cast<std::size_t>(length));
}

arguments operator+(arguments first, const arguments& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// What both programs take before the file.
arguments opening(const media_file& file) {
    return {"-protocol_whitelist",
            "file",
            "-format_whitelist",
            std::string{file.kind.demuxer},
            "-codec_whitelist",
            std::string{file.kind.decoders},
            "-f",
            std::string{file.kind.demuxer}};
}

arguments input(const media_file& file) {
    return arguments{"-threads", "1"} + opening(file) + arguments{"-i", "file:" + file.name};
}

arguments quiet_start() {
    return {
        "-hide_banner", "-nostdin", "-nostats", "-y", "-filter_threads", "1", "-filter_complex_threads", "1"};
}

// A clip as it came: damaged here and there it still plays, damaged in every tenth packet it is none.
arguments clip_input(const media_file& clip) {
    return arguments{"-max_error_rate", "0.1"} + input(clip);
}

const arguments sound_alone{"-map",          "0:a:0", "-vn",           "-sn", "-dn",
                            "-map_metadata", "-1",    "-map_chapters", "-1"};

std::string stop_after(std::chrono::seconds longest) {
    return std::to_string(longest.count() + 1);
}

std::string one_piece(const piece& part, std::size_t place) {
    std::string chain = "[" + std::to_string(part.clip) + ":a]atrim=start=" + text_of(part.from) +
                        ":end=" + text_of(part.to) + ",asetpts=PTS-STARTPTS";
    if (part.gain != 0)
        chain += ",volume=" + text_of(part.gain) + "dB";
    return chain + "[p" + std::to_string(place) + "];";
}

// The pieces, then each joined to all before it; gives the label of the whole.
std::string joined(const std::vector<piece>& pieces, std::string& graph) {
    for (std::size_t i = 0; i < pieces.size(); ++i)
        graph += one_piece(pieces[i], i);
    std::string whole = "p0";
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const std::string number = std::to_string(i);
        graph += "[" + whole + "][p" + number + "]acrossfade=d=" + text_of(pieces[i].overlap) +
                 ":c1=qsin:c2=qsin[j" + number + "];";
        whole = "j" + number;
    }
    return whole;
}

std::string join_graph(const master_plan& plan) {
    const double music_ends = plan.seconds - plan.tail;
    std::string graph;
    const std::string whole = joined(plan.pieces, graph);
    graph += "[" + whole + "]";
    if (plan.tempo != 1)
        graph += "atempo=" + text_of(plan.tempo) + ",";
    graph += "atrim=end=" + text_of(music_ends) + ",asetpts=PTS-STARTPTS";
    if (plan.fade_in > 0)
        graph += ",afade=t=in:d=" + text_of(plan.fade_in) + ":curve=hsin";
    if (plan.fade_out > 0)
        graph += ",afade=t=out:st=" + text_of(music_ends - plan.fade_out) + ":d=" + text_of(plan.fade_out) +
                 ":curve=hsin";
    if (plan.tail > 0)
        graph += ",apad=whole_dur=" + text_of(plan.seconds);
    return graph + ",ebur128=framelog=verbose:peak=true[whole]";
}

std::string loudness_filters(const encode_order& order) {
    std::string filters = "volume=" + text_of(order.loudness.gain) + "dB";
    if (order.loudness.limit) {
        // Between two samples the sound may be higher than either: the limiter has to see four times as many.
        std::array<char, 32> limit{};
        std::snprintf(limit.data(), limit.size(), "%.6fdB", *order.loudness.limit);
        filters +=
            ",aresample=" + std::to_string(order.sample_rate * 4) +
            ",alimiter=level=false:latency=true:attack=5:release=80:limit=" + std::string{limit.data()} +
            ",aresample=" + std::to_string(order.sample_rate);
    }
    return filters;
}

arguments encoder_of(gateway::audio_format format) {
    switch (format) {
        case gateway::audio_format::m4a:
            return {"-c:a", "aac", "-b:a", "256k", "-movflags", "+faststart", "-f", "ipod"};
        case gateway::audio_format::mp3:
            return {"-c:a", "libmp3lame", "-b:a", "256k", "-id3v2_version", "3", "-f", "mp3"};
        case gateway::audio_format::wav: return {"-c:a", "pcm_s16le", "-f", "wav"};
        case gateway::audio_format::flac: return {"-c:a", "flac", "-sample_fmt", "s16", "-f", "flac"};
    }
    return {};
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

std::optional<media_kind> media_kind_of(std::string_view extension) {
    for (const known_kind& each : known_kinds) {
        if (each.extension == extension)
            return each.kind;
    }
    return std::nullopt;
}

arguments probe_arguments(const media_file& of) {
    // Unlike ffmpeg, it opens a decoder for each stream, and gives up when it may not: covers are pictures.
    const std::string decoders = std::string{of.kind.decoders} + ",png,mjpeg";
    return arguments{"-hide_banner", "-v", "warning"} +
           opening({of.name, of.extension, {of.kind.demuxer, decoders}}) +
           arguments{"-select_streams",
                     "a:0",
                     "-show_entries",
                     "stream=codec_type,sample_rate,channels,duration:format=duration",
                     "-of",
                     "flat",
                     "file:" + of.name};
}

arguments decode_arguments(const media_file& of, int sample_rate, std::chrono::seconds longest,
                           const std::string& to) {
    const std::string rate = std::to_string(sample_rate);
    const int window = static_cast<int>(sample_rate * envelope::window_seconds);
    const std::string filters =
        "aresample=" + rate + ",aformat=sample_fmts=flt:sample_rates=" + rate +
        ":channel_layouts=stereo,ebur128=framelog=verbose,asetnsamples=n=" + std::to_string(window) +
        ":p=0,astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=RMS_level,"
        "ametadata=mode=print:key=lavfi.astats.Overall.RMS_level:file=-";
    return quiet_start() + arguments{"-v", "info"} + clip_input(of) + sound_alone +
           arguments{"-t",  stop_after(longest), "-af", filters, "-c:a", "pcm_f32le", "-f",
                     "wav", "file:" + to};
}

arguments join_arguments(const master_plan& plan, const std::vector<std::string>& decoded,
                         const std::string& to) {
    arguments all = quiet_start() + arguments{"-v", "info"};
    for (const std::string& each : decoded)
        all = std::move(all) + input({each, "wav", decoded_kind});
    return std::move(all) +
           arguments{"-filter_complex", join_graph(plan), "-map", "[whole]", "-c:a", "pcm_f32le", "-f", "wav",
                     "file:" + to};
}

arguments encode_arguments(const encode_order& order) {
    arguments all = quiet_start() + arguments{"-v", "error"} + input({order.from, "wav", decoded_kind}) +
                    sound_alone + arguments{"-af", loudness_filters(order), "-threads", "1"};
    if (const std::string title = tag_text(order.title); !title.empty())
        all = std::move(all) + arguments{"-metadata", "title=" + title};
    return std::move(all) + encoder_of(order.format) + arguments{"file:" + order.to};
}

arguments measure_arguments(const media_file& of) {
    return quiet_start() + arguments{"-v", "info"} + input(of) + sound_alone +
           arguments{"-af", "ebur128=framelog=verbose:peak=true", "-f", "null", "-"};
}

int working_rate(const std::vector<int>& rates) {
    const auto is_cd = [](int rate) { return rate == 44'100; };
    return !rates.empty() && std::all_of(rates.begin(), rates.end(), is_cd) ? 44'100 : 48'000;
}

std::string tag_text(std::string_view title) {
    std::string text;
    for (const char c : title) {
        const auto byte = static_cast<unsigned char>(c);
        text += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    if (text.size() > longest_title) {
        std::size_t end = longest_title;
        while (end > 0 && is_continuation(text[end]))
            --end;
        text.resize(end);
    }
    return text;
}

}  // namespace adapters::ffmpeg
