#include "gateway/work/music_plan.hpp"

#include <algorithm>
#include <cmath>

namespace gateway::work {

namespace {

// A length is right within half a second; a little less, since players and measurements round.
constexpr double tolerance = 0.4;
// Who is sent a shorter clip has been sent a fragment: more of the kind would make a patchwork. Focus music
// is one.
constexpr double shortest_lengthened = 60;
constexpr double usual_clip = 60;  // seconds; a low guess, so that progress never falls back

bool is_focus(const job& of) {
    return of.request.mode == generation_mode::focus;
}

double mean_of(const std::vector<kept_clip>& clips) {
    double sum = 0;
    for (const kept_clip& each : clips)
        sum += each.seconds;
    return clips.empty() ? 0 : sum / static_cast<double>(clips.size());
}

// How many clips of that length make up for it, joined by crossfades.
int clips_for(double wanted, double each) {
    const double gained = each - crossfade_seconds;
    if (gained < 1)
        return 1'000;  // never
    return static_cast<int>(std::ceil((wanted - crossfade_seconds) / gained));
}

// What the workshop can make the wanted length of, with as much again to spare: joins leave silence out.
double least_length(const job& of, const engine& with) {
    const double wanted = of.request.duration_seconds;
    const bool stretched = with.length == length_rule::fit && !is_focus(of);
    return stretched ? wanted * (1 - longest_stretch / 2) : wanted - tolerance;
}

bool is_lengthened(const job& of, const engine& with, int clips, double mean) {
    const int needed = clips_for(least_length(of, with), mean);
    if (clips >= needed || clips >= with.max_clips_per_job)
        return false;
    if (is_focus(of))
        return mean >= crossfade_seconds + 1;
    // Nothing is spent on a length that is out of reach.
    return with.length == length_rule::fit && mean >= shortest_lengthened && needed <= with.max_clips_per_job;
}

// Cut, or stretched a little.
bool is_fitted(const job& of, const engine& with, double seconds) {
    return with.length == length_rule::fit && seconds >= least_length(of, with) &&
           std::abs(seconds - of.request.duration_seconds) > tolerance;
}

// A format that was asked for is made here, with the title in it.
bool is_delivered_as_it_came(const job& of, const engine& with) {
    return !is_focus(of) && !continued_audio(of) && with.format == delivered_format::source;
}

}  // namespace

std::optional<archived_audio> continued_audio(const job& of) {
    if (of.request.seed.extension.empty() || !of.request.seed_track_id)
        return std::nullopt;
    return archived_audio{*of.request.seed_track_id, of.request.seed.extension};
}

bool may_be_the_track(const job& of, const engine& with) {
    return of.state.clips.empty() && is_delivered_as_it_came(of, with);
}

bool has_the_right_length(const job& of, const engine& with, std::optional<double> seconds) {
    if (with.length == length_rule::as_is)
        return true;
    return seconds && !is_fitted(of, with, *seconds) && !is_lengthened(of, with, 1, *seconds);
}

std::vector<std::string> sources_of(const clip& made, const engine& with) {
    if (with.format != delivered_format::source && !made.lossless_url.empty())
        return {made.lossless_url, made.audio_url};
    return {made.audio_url};
}

next_music::any after_clip(const job& of, const engine& with, double seconds) {
    const auto& clips = of.state.clips;
    const int count = static_cast<int>(clips.size());
    const double mean = mean_of(clips);
    if (is_lengthened(of, with, count, mean))
        return next_music::another_clip{
            std::min(with.max_clips_per_job, clips_for(least_length(of, with), mean))};
    if (count == 1 && is_delivered_as_it_came(of, with) && !is_fitted(of, with, seconds))
        return next_music::untouched{};
    return next_music::master{};
}

master_order master_of(const job& of, const engine& with, double seed_seconds) {
    master_order order;
    order.track_id = track_id_of(of.id);
    if (auto seed = continued_audio(of))
        order.clips.push_back(std::move(*seed));
    for (std::size_t index = 0; index < of.state.clips.size(); ++index)
        order.clips.push_back({clip_id_of(of.id, index), of.state.clips[index].extension});
    order.format = format_of(with.format);
    if (with.length == length_rule::fit)
        order.length_seconds =
            of.request.duration_seconds + (seed_seconds > 0 ? seed_seconds - crossfade_seconds : 0);
    order.even_loudness = is_focus(of) || order.clips.size() > 1;
    order.title = of.request.title.value_or("");
    return order;
}

int first_guess(const generation_request& request, const engine& with) {
    if (request.mode != generation_mode::focus)
        return 0;
    return std::clamp(clips_for(request.duration_seconds, usual_clip), 1, with.max_clips_per_job);
}

}  // namespace gateway::work
