#include "gateway/domain/job.hpp"

#include "gateway/runtime/trace_context.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace gateway {

namespace {

template <class Enum, std::size_t Size>
using names = std::array<std::pair<Enum, std::string_view>, Size>;

constexpr names<job_status, 6> status_names{{{job_status::queued, "queued"},
                                             {job_status::running, "running"},
                                             {job_status::succeeded, "succeeded"},
                                             {job_status::failed, "failed"},
                                             {job_status::cancelled, "cancelled"},
                                             {job_status::refused, "refused"}}};

constexpr names<generation_mode, 2> mode_names{
    {{generation_mode::creation, "creation"}, {generation_mode::focus, "focus"}}};

constexpr names<submission, 3> submission_names{{{submission::waiting, "waiting"},
                                                 {submission::submitting, "submitting"},
                                                 {submission::accepted, "accepted"}}};

constexpr names<credit_outcome, 4> credit_names{{{credit_outcome::none, "none"},
                                                 {credit_outcome::charged, "charged"},
                                                 {credit_outcome::refunded, "refunded"},
                                                 {credit_outcome::unknown, "unknown"}}};

template <class Enum, std::size_t Size>
std::string_view name_in(const names<Enum, Size>& table, Enum value) {
    for (const auto& [each, name] : table)
        if (each == value)
            return name;
    return {};
}

template <class Enum, std::size_t Size>
std::optional<Enum> value_in(const names<Enum, Size>& table, std::string_view text) {
    for (const auto& [each, name] : table)
        if (name == text)
            return each;
    return std::nullopt;
}

constexpr std::string_view job_prefix = "mgen_";
constexpr std::string_view track_prefix = "mtrack_";
constexpr int most_before_success = 95;

}  // namespace

std::string_view to_string(job_status status) {
    return name_in(status_names, status);
}
std::optional<job_status> job_status_from(std::string_view text) {
    return value_in(status_names, text);
}
std::string_view to_string(generation_mode mode) {
    return name_in(mode_names, mode);
}
std::optional<generation_mode> generation_mode_from(std::string_view text) {
    return value_in(mode_names, text);
}
std::string_view to_string(submission step) {
    return name_in(submission_names, step);
}
std::optional<submission> submission_from(std::string_view text) {
    return value_in(submission_names, text);
}
std::string_view to_string(credit_outcome outcome) {
    return name_in(credit_names, outcome);
}
std::optional<credit_outcome> credit_outcome_from(std::string_view text) {
    return value_in(credit_names, text);
}

job_state submitting(job_state from, int price) {
    from.step = submission::submitting;
    from.submissions += 1;
    from.unknown_since.reset();
    from.credits = price;
    from.credits_are = credit_outcome::unknown;  // until the answer tells
    return from;
}

std::string track_id_of(std::string_view job_id) {
    std::string id{track_prefix};
    id += job_id.substr(std::min(job_id.size(), job_prefix.size()));
    return id;
}

std::optional<std::string> job_id_of_track(std::string_view track_id) {
    if (!track_id.starts_with(track_prefix) || track_id.size() == track_prefix.size())
        return std::nullopt;
    std::string id{job_prefix};
    id += track_id.substr(track_prefix.size());
    return id;
}

std::string clip_id_of(std::string_view job_id, std::size_t index) {
    std::string id = "mclip" + std::to_string(index) + "_";
    id += job_id.substr(std::min(job_id.size(), job_prefix.size()));
    return id;
}

void forget_setbacks(job_state& state) {
    state.setbacks = 0;
    state.faults = 0;
}

job_state before_next_call(job_state from) {
    from.step = submission::waiting;
    from.call += 1;
    from.submissions = 0;
    from.repeats = 0;
    forget_setbacks(from);
    from.lost_looks = 0;
    from.task_id.clear();
    from.clip_id.clear();
    from.audio_url.clear();
    from.first_tried_at.reset();
    from.accepted_at.reset();
    from.unknown_since.reset();
    from.music_ready_at.reset();
    from.earlier_credits = credits_spent(from);
    from.credits = 0;
    from.credits_are = credit_outcome::none;
    return from;
}

std::string traceparent_of(const job& of) {
    if (!of.traceparent.empty())
        return of.traceparent;
    constexpr std::string_view name = "6d757369632d67617465";  // "music-gate", in hexadecimal digits
    const std::string_view digits = std::string_view{of.id}.substr(std::min(of.id.size(), job_prefix.size()));
    std::string own{"00-"};
    own.append(name).append(digits).append("-").append("0001").append(digits).append("-00");
    return accepted_traceparent(own);
}

std::string trace_id_of(const job& of) {
    return std::string{trace_id_in(traceparent_of(of))};
}

namespace {

// Of the present call. Straight to 80 at the typical time, then ever slower towards 95: a late job still
// moves, and never claims to be done.
double percent_of_call(const job_state& state, store_time as_of) {
    if (!state.accepted_at || state.typical.count() <= 0)
        return 0;
    const double elapsed = static_cast<double>((as_of - *state.accepted_at).count());
    const double share = std::max(0.0, elapsed / static_cast<double>(state.typical.count()));
    return share <= 1 ? 80 * share : 80 + 15 * (1 - std::exp(1 - share));
}

}  // namespace

int progress_of(const job& of) {
    const job_state& state = of.state;
    if (state.status == job_status::succeeded)
        return 100;
    if (state.status != job_status::running)
        return state.progress;
    if (state.mastering)
        return most_before_success;
    const auto done = static_cast<double>(state.clips.size());
    const double planned = std::max({done + 1, static_cast<double>(state.clips_planned)});
    const double percent = (done * most_before_success + percent_of_call(state, of.as_of)) / planned;
    return std::max(state.progress, std::min(most_before_success, static_cast<int>(percent)));
}

namespace {

void put_digits(std::string& text, std::size_t at, std::size_t width, unsigned value) {
    for (std::size_t left = width; left-- > 0; value /= 10)
        text[at + left] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string to_iso8601(store_time at) {
    using namespace std::chrono;
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<seconds>(at - day)};
    std::string text{"0000-00-00T00:00:00Z"};  // by hand: every answer about a job has one
    put_digits(text, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
    put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
    put_digits(text, 11, 2, static_cast<unsigned>(clock.hours().count()));
    put_digits(text, 14, 2, static_cast<unsigned>(clock.minutes().count()));
    put_digits(text, 17, 2, static_cast<unsigned>(clock.seconds().count()));
    return text;
}

}  // namespace gateway
