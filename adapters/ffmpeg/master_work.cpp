#include "adapters/ffmpeg/master_work.hpp"

#include "adapters/ffmpeg/loudness_plan.hpp"
#include "adapters/ffmpeg/readings.hpp"
#include "gateway/runtime/log.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace adapters::ffmpeg {

using gateway::errc;
using gateway::result;

namespace {

const std::string joined_name = "joined.wav";
constexpr int redone_at_most = 2;

// What ffmpeg would take for shorter music, or for another kind of file, is no audio at all.
result<probe_reading> probe(const workbench& at, const media_file& clip) {
    const auto looks_like = at.folder().probe(clip.name);
    if (!looks_like || looks_like->extension != clip.extension)
        return at.failed("looking at a clip", errc::not_audio, "it is cut short, or of another kind");
    auto said = at.ffprobe("probing a clip", probe_arguments(clip), blame::input);
    if (!said)
        return said.error();
    const auto reading = read_probe(said->out, said->err);
    if (!reading)
        return at.failed("probing a clip", errc::not_audio, "no audio stream");
    // A few bytes can say hours of silence: what says so is not decoded to find out.
    if (reading->declared_seconds &&
        *reading->declared_seconds > static_cast<double>(at.rules().longest_clip.count()))
        return at.failed("probing a clip", errc::audio_work_failed, "it is too long");
    return *reading;
}

// What every clip must be, whatever is made of it: decodable to the end it claims, and not endless.
result<void> check_length(const workbench& at, const probe_reading& claimed, double decoded) {
    if (decoded > static_cast<double>(at.rules().longest_clip.count()))
        return at.failed("decoding a clip", errc::audio_work_failed, "it is too long");
    if (!is_whole(claimed, decoded))
        return at.failed("decoding a clip", errc::not_audio, "it ends before it should");
    return {};
}

struct decoded_clip {
    std::string name;
    clip_reading reading;
};

// The samples in a WAV of ours: a header of less than a window, then 8 bytes for each moment.
double seconds_of(const work_folder& folder, const std::string& name, int rate) {
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(folder.path_of(name), failure);
    return failure ? 0 : static_cast<double>(bytes) / (8.0 * rate);
}

result<decoded_clip> decode(const workbench& at, const media_file& clip, const probe_reading& claimed,
                            int rate) {
    const auto longest = at.rules().longest_clip;
    decoded_clip made{clip.name + ".wav", {}};
    auto said = at.ffmpeg("decoding a clip", decode_arguments(clip, rate, longest, made.name), blame::input);
    if (!said)
        return said.error();
    const auto windows =
        static_cast<std::size_t>(static_cast<double>(longest.count() + 2) / envelope::window_seconds);
    made.reading.shape = envelope::read(said->out, windows);
    made.reading.seconds = seconds_of(at.folder(), made.name, rate);
    if (const auto measured = read_loudness(said->err))
        made.reading.integrated = measured->integrated;
    if (const auto whole = check_length(at, claimed, made.reading.seconds); !whole)
        return whole.error();
    at.folder().remove(clip.name);
    return made;
}

struct joined_master {
    int rate = 48'000;
    loudness measured;
};

result<joined_master> join(const workbench& at, const std::vector<media_file>& clips,
                           const master_terms& terms) {
    std::vector<probe_reading> claims;
    std::vector<int> rates;
    for (const media_file& clip : clips) {
        auto claimed = probe(at, clip);
        if (!claimed)
            return claimed.error();
        rates.push_back(claimed->sample_rate);
        claims.push_back(*claimed);
    }
    joined_master made{.rate = working_rate(rates), .measured = {}};
    std::vector<clip_reading> readings;
    std::vector<std::string> decoded;
    for (std::size_t i = 0; i < clips.size(); ++i) {
        auto clip = decode(at, clips[i], claims[i], made.rate);
        if (!clip)
            return clip.error();
        decoded.push_back(std::move(clip->name));
        readings.push_back(std::move(clip->reading));
    }

    const auto plan = plan_master(readings, terms);
    if (!plan)
        return at.failed("planning", errc::not_audio, "too short to be music");
    auto said = at.ffmpeg("joining", join_arguments(*plan, decoded, joined_name), blame::work);
    if (!said)
        return said.error();
    const auto measured = read_loudness(said->err);
    if (!measured)
        return at.failed("joining", errc::audio_work_failed, "no loudness was measured");
    made.measured = *measured;
    for (const std::string& each : decoded)
        at.folder().remove(each);
    return made;
}

// As encoded, not as intended: encoders move peaks.
result<loudness> measure(const workbench& at, const media_file& encoded) {
    auto said = at.ffmpeg("measuring", measure_arguments(encoded), blame::work);
    if (!said)
        return said.error();
    const auto measured = read_loudness(said->err);
    if (!measured)
        return at.failed("measuring", errc::audio_work_failed, "no loudness was measured");
    return *measured;
}

}  // namespace

result<std::string> make_master(const workbench& at, const std::vector<media_file>& clips,
                                const master_wish& wish) {
    const auto master = join(at, clips, wish.terms);
    if (!master)
        return master.error();

    const bool even = wish.terms.even_loudness;
    const std::string extension{to_string(wish.terms.format)};
    const media_file result{"master." + extension, extension, *media_kind_of(extension)};
    encode_order order{.from = joined_name,
                       .to = result.name,
                       .sample_rate = master->rate,
                       .loudness = first_loudness_plan(master->measured, even, wish.terms.format),
                       .format = wish.terms.format,
                       .title = wish.title};
    for (int redone = 0;; ++redone) {
        auto encoded = at.ffmpeg("encoding", encode_arguments(order), blame::work);
        if (!encoded)
            return encoded.error();
        const auto measured = measure(at, result);
        if (!measured)
            return measured.error();
        const auto better = corrected(order.loudness, *measured, master->measured, even);
        if (!better)
            return result.name;
        if (redone == redone_at_most) {
            // A piece that is a little too loud is worth more than none.
            gateway::log::warning("audio_loudness_missed",
                                  {{"integrated", measured->integrated}, {"true_peak", measured->true_peak}});
            return result.name;
        }
        order.loudness = *better;
    }
}

result<gateway::measured_audio> measure_clip(const workbench& at, const media_file& clip) {
    const auto claimed = probe(at, clip);
    if (!claimed)
        return claimed.error();
    const auto decoded = decode(at, clip, *claimed, working_rate({claimed->sample_rate}));
    if (!decoded)
        return decoded.error();
    const auto [begins, ends] = decoded->reading.shape.sounding();
    const double seconds = decoded->reading.seconds;
    return gateway::measured_audio{seconds, std::min(ends, seconds) - std::min(begins, seconds)};
}

}  // namespace adapters::ffmpeg
