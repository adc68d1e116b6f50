#include "gateway/console/timeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace gateway::console {

namespace {

std::string counted(int number, std::string_view one, std::string_view many) {
    return std::to_string(number) + " " + std::string{number == 1 ? one : many};
}

std::string size_text(std::uint64_t bytes) {
    std::array<char, 32> text{};
    if (bytes < 1'000'000)
        std::snprintf(text.data(), text.size(), "%.0f kB", std::ceil(static_cast<double>(bytes) / 1'000));
    else
        std::snprintf(text.data(), text.size(), "%.1f MB", static_cast<double>(bytes) / 1'000'000);
    return text.data();
}

std::string submitted_text(const job_state& state) {
    // What waits has been sent back to the queue by an answer that allows another attempt.
    if (!is_terminal(state.status) && state.step == submission::waiting)
        return "First sent to the music service; it waits to be sent again";
    if (state.submissions > 1)
        return "First sent to the music service, " + counted(state.submissions, "time", "times") + " in all";
    return "Sent to the music service";
}

std::string accepted_text(const job_state& state) {
    std::string text = "Accepted by the music service as task " + state.task_id;
    if (state.credits > 0)
        text += ", for " + counted(state.credits, "credit", "credits");
    return text;
}

std::string audio_text(const stored_audio& audio) {
    std::string text = "The audio is in the archive: " + audio.extension + ", " + size_text(audio.bytes);
    if (audio.duration_seconds)
        text += ", " + std::to_string(std::lround(*audio.duration_seconds)) + " s";
    return text;
}

std::string end_text(const job_state& state) {
    switch (state.status) {
        case job_status::succeeded:
            return state.audio ? audio_text(*state.audio) : "Succeeded; its audio is no longer kept";
        case job_status::failed: return state.error_message.empty() ? "Failed" : state.error_message;
        case job_status::refused: return state.refusal_reason.empty() ? "Refused" : state.refusal_reason;
        case job_status::cancelled: return "Cancelled at " + std::to_string(state.progress) + " %";
        case job_status::queued:
        case job_status::running: break;
    }
    return {};
}

void add_attempts(std::vector<step>& steps, const job_state& state) {
    if (state.first_tried_at)
        steps.push_back({"submitted", state.first_tried_at, submitted_text(state)});
    if (state.unknown_since)
        steps.push_back({"answer_lost", state.unknown_since,
                         "The answer to the paid call was lost: it may have been accepted and charged"});
    // Known without its time when it came to light after the job had ended.
    if (state.accepted_at || !state.task_id.empty())
        steps.push_back({"accepted", state.accepted_at, accepted_text(state)});
    if (state.music_ready_at)
        steps.push_back(
            {"music_ready", state.music_ready_at, "The music service says that the music is ready"});
}

// Known without its time. Stands first: what follows speaks of the present call.
void add_clips(std::vector<step>& steps, const job_state& state) {
    if (state.clips.empty())
        return;
    std::string text = counted(static_cast<int>(state.clips.size()), "clip is", "clips are") + " kept";
    text += state.mastering ? "; the track is made of them" : "; another one is made";
    steps.push_back({"clips_kept", std::nullopt, std::move(text)});
}

}  // namespace

std::string credits_text(const job_state& state) {
    std::string text;
    if (state.credits > 0) {
        const std::string amount = counted(state.credits, "credit", "credits");
        switch (state.credits_are) {
            case credit_outcome::none: break;
            case credit_outcome::charged: text = amount + " charged"; break;
            case credit_outcome::refunded: text = amount + " given back"; break;
            case credit_outcome::unknown:
                text = amount + " at stake: whether they were charged is not known";
                break;
        }
    }
    if (state.earlier_credits > 0)
        text += (text.empty() ? "" : "; ") + counted(state.earlier_credits, "credit", "credits") +
                " for what was made before";
    return text;
}

std::vector<step> timeline_of(const job& of) {
    const job_state& state = of.state;
    std::vector<step> steps{{"created", of.created_at, "Created by the client; promised from here on"}};
    add_clips(steps, state);
    add_attempts(steps, state);
    // Two clocks never meet here, but a step that was learned of late carries the time it was heard of. What
    // has no time stays behind the step it followed.
    const auto time_of = [&](std::size_t number) {
        while (!steps[number].at)
            --number;
        return *steps[number].at;
    };
    std::vector<std::pair<store_time, std::size_t>> order;
    for (std::size_t each = 0; each < steps.size(); ++each)
        order.emplace_back(time_of(each), each);
    std::ranges::sort(order);
    std::vector<step> sorted;
    for (const auto& [when, number] : order)
        sorted.push_back(std::move(steps[number]));

    if (is_terminal(state.status)) {
        std::string text = end_text(state);
        if (const std::string money = credits_text(state); !money.empty())
            text += " (" + money + ")";
        sorted.push_back({to_string(state.status), of.ended_at, std::move(text)});
    } else if (state.status == job_status::running && state.accepted_at && state.typical.count() > 0) {
        sorted.push_back({"expected", *state.accepted_at + state.typical, "Usually ready by then", false});
    }
    return sorted;
}

}  // namespace gateway::console
