#include "task_answers.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cstdio>
#include <ctime>

namespace simulator {

namespace json = boost::json;

namespace {

// ISO 8601, UTC, microseconds, as the provider writes it.
std::string iso_time(std::int64_t unix_ms) {
    const std::time_t seconds = static_cast<std::time_t>(unix_ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> day{};
    std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%06dZ", static_cast<int>(unix_ms % 1000) * 1000);
    return std::string{day.data()} + fraction.data();
}

json::value text_or_null(const std::optional<std::string>& text) {
    return text ? json::value(*text) : json::value(nullptr);
}

json::value duration_of(const backend& all, const task_behaviour& plan) {
    if (plan.nulls || plan.duration == duration_form::null)
        return nullptr;
    const double seconds = all.media.nearest(".m4a", plan.seconds.value_or(usual_seconds))->seconds;
    if (plan.duration == duration_form::number)
        return seconds;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4f", seconds);
    return json::value(text.data());
}

json::object clip_object(const backend& all, const task& subject, unsigned number, std::string_view state) {
    const auto& plan = subject.does->task;
    const auto& id = subject.clip_ids[number];
    const bool succeeded = state == "succeeded";
    const bool audible = succeeded || (plan.early_audio_url && state != "failed");
    const auto base = all.cdn_url + "/producer/" + id;
    const auto address = [&](std::string_view ending) -> json::value {
        return audible ? json::value(base + std::string{ending}) : json::value("");
    };

    json::object clip;
    clip["clip_id"] = id;
    clip["title"] = text_or_null(subject.asked.title);
    clip["sound"] = plan.nulls ? json::value(nullptr) : text_or_null(subject.asked.sound);
    clip["lyrics"] = text_or_null(subject.asked.lyrics);
    clip["audio_url"] = address(".m4a");
    if (plan.wav_url && plan.speaks == dialect::current)
        clip["wav_url"] = address("-wav.wav");
    clip["image_url"] = address(".jpg");
    clip["video_url"] = nullptr;
    clip["created_at"] = iso_time(subject.created_ms);
    clip["mv"] = subject.asked.mv.value_or("FUZZ-2.0");
    clip["seed"] = plan.nulls ? json::value(nullptr) : json::value(subject.asked.seed.value_or("2718281828"));
    clip["duration"] = succeeded ? duration_of(all, plan) : json::value(nullptr);
    clip["state"] = succeeded && !plan.state_word.empty() ? std::string_view{plan.state_word} : state;
    return clip;
}

json::array clips_of(const backend& all, const task& subject, std::string_view state) {
    json::array clips;
    for (unsigned number = 0; number < subject.clip_ids.size(); ++number) {
        const bool spoilt = state == "succeeded" && number < subject.does->task.failed_clips;
        clips.push_back(clip_object(all, subject, number, spoilt ? "failed" : state));
    }
    return clips;
}

json::value data_of(const backend& all, const task& subject, std::string_view state) {
    auto clips = clips_of(all, subject, state);
    if (subject.does->task.data == data_form::object)
        return std::move(clips.front());
    return clips;
}

answer unfinished(const backend& all, const task& subject, std::string_view state) {
    const auto& plan = subject.does->task;
    if (plan.clip_state_only)
        return json_answer(200,
                           {{"code", 200}, {"data", data_of(all, subject, state)}, {"message", "success"}});
    if (plan.speaks == dialect::older)
        return json_answer(202, {{"code", 202}, {"type", "not_ready"}, {"error", usual_text(202)}});
    json::value data = json::array{};
    if (plan.early_audio_url)
        data = data_of(all, subject, state);
    return json_answer(200, {{"code", 200},
                             {"status", state == "pending" ? "PENDING" : "RUNNING"},
                             {"message", "processing"},
                             {"data", std::move(data)}});
}

answer succeeded(const backend& all, const task& subject) {
    const auto& plan = subject.does->task;
    json::value data = json::array{};
    if (steady::now() >= subject.finished_at + plan.lag)
        data = data_of(all, subject, "succeeded");
    json::object body{{"code", 200}, {"message", "success"}, {"data", std::move(data)}};
    if (plan.speaks == dialect::current && !plan.clip_state_only)
        body["status"] = "SUCCESS";
    return json_answer(200, body);
}

answer failed(const backend& all, const task& subject) {
    const auto& plan = subject.does->task;
    if (plan.clip_state_only)
        return json_answer(
            plan.failed_http_status,
            {{"code", 200}, {"data", data_of(all, subject, "failed")}, {"message", subject.message}});
    const bool timed_out = subject.result == task_result::timeout;
    const int code = timed_out ? 504 : 500;
    const std::string_view type = timed_out ? "timeout" : "failed";
    if (plan.speaks == dialect::older)
        return json_answer(plan.failed_http_status,
                           {{"code", code}, {"type", type}, {"error", subject.message}});
    return json_answer(plan.failed_http_status, {{"code", code},
                                                 {"status", "FAILED"},
                                                 {"type", type},
                                                 {"message", subject.message},
                                                 {"data", json::array{}}});
}

}  // namespace

unsigned accepted_clips(const task_behaviour& plan) {
    return plan.data == data_form::object ? 1 : std::max(plan.clips, 1U);
}

std::string finished_clips(const backend& all, const task& subject) {
    return json::serialize(clips_of(all, subject, "succeeded"));
}

std::string_view state_of(const task& subject) {
    if (subject.finished)
        return subject.result == task_result::success ? "succeeded" : "failed";
    return steady::now() < subject.created + subject.does->task.pending ? "pending" : "running";
}

answer task_answer(const backend& all, const task& subject) {
    const auto state = state_of(subject);
    if (state == "succeeded")
        return succeeded(all, subject);
    if (state == "failed")
        return failed(all, subject);
    return unfinished(all, subject, state);
}

}  // namespace simulator
