#include "adapters/producer/task_reader.hpp"

#include "adapters/producer/answer_body.hpp"
#include "adapters/producer/error_text.hpp"
#include "adapters/producer/retry_after.hpp"
#include "adapters/producer/text_cleaning.hpp"
#include "gateway/runtime/ascii.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace adapters::producer {

namespace {

namespace json = boost::json;
namespace task_answer = gateway::task_answer;

constexpr std::size_t most_clips = 32;  // normally one
constexpr std::size_t longest_address = 4096;
constexpr std::size_t longest_clip_id = 256;
constexpr std::size_t longest_seed = 20;
constexpr double longest_duration = 24.0 * 3600;

enum class clip_state { none, unfinished, succeeded, failed };

struct read_clip {
    gateway::clip value;
    clip_state state = clip_state::none;
};

std::string lower_word(const json::value* value) {
    return gateway::ascii::lowered(text_in(value));
}

// reference/producer-api 4; what we do not know is not finished.
clip_state state_in(const json::object& clip) {
    const std::string word = lower_word(clip.if_contains("state"));
    if (word.empty())
        return clip_state::none;
    if (word == "succeeded" || word == "success" || word == "completed" || word == "complete")
        return clip_state::succeeded;
    if (word == "failed" || word == "error")
        return clip_state::failed;
    return clip_state::unfinished;
}

// An address we would never dial counts as none yet.
std::string address_in(const json::object& clip, std::string_view member) {
    const auto text = text_in(clip.if_contains(member));
    const bool printable = std::all_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
    const bool blank = text.find_first_not_of(' ') == std::string_view::npos;
    if (blank || !printable || text.size() > longest_address)
        return {};
    return std::string{text};
}

std::string id_in(const json::object& clip) {
    const auto text = text_in(clip.if_contains("clip_id"));
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    return plain && text.size() <= longest_clip_id ? std::string{text} : std::string{};
}

std::optional<double> duration_in(const json::object& clip) {
    const auto seconds = number_in(clip.if_contains("duration"));
    if (!seconds || *seconds <= 0 || *seconds > longest_duration)
        return std::nullopt;
    return seconds;
}

// A number as text or as a number (reference/producer-api 3.3).
std::string seed_in(const json::object& clip) {
    const json::value* found = clip.if_contains("seed");
    if (found == nullptr)
        return {};
    std::string text = found->is_int64()    ? std::to_string(found->get_int64())
                       : found->is_uint64() ? std::to_string(found->get_uint64())
                                            : std::string{text_in(found)};
    const bool digits = text.size() <= longest_seed && gateway::ascii::all_digits(text);
    return digits ? text : std::string{};
}

read_clip read_one(const json::object& clip) {
    return {{id_in(clip), address_in(clip, "audio_url"), duration_in(clip), address_in(clip, "wav_url"),
             seed_in(clip)},
            state_in(clip)};
}

// `data` as an array of clips, or as the one clip itself; anything else in it is no clip.
std::vector<read_clip> clips_in(const answer_body& body) {
    std::vector<read_clip> clips;
    const auto* data = body.find("data");
    if (data == nullptr)
        return clips;
    if (data->is_object()) {
        if (!data->get_object().empty())
            clips.push_back(read_one(data->get_object()));
        return clips;
    }
    if (!data->is_array())
        return clips;
    for (const auto& item : data->get_array()) {
        if (item.is_object() && clips.size() < most_clips)
            clips.push_back(read_one(item.get_object()));
    }
    return clips;
}

bool any_of_state(const std::vector<read_clip>& clips, clip_state wanted) {
    return std::any_of(clips.begin(), clips.end(),
                       [wanted](const auto& clip) { return clip.state == wanted; });
}

bool all_of_state(const std::vector<read_clip>& clips, clip_state wanted) {
    return !clips.empty() && std::all_of(clips.begin(), clips.end(),
                                         [wanted](const auto& clip) { return clip.state == wanted; });
}

// Whether the credits came back, when the answer says so: a flag, else the words.
std::optional<bool> refunded(const answer_body& body, std::string_view text) {
    if (const auto* flag = body.find("refund_processed"); flag != nullptr && flag->is_bool())
        return flag->get_bool();
    for (const std::string_view denial : {"not refunded", "no refund", "not returned", "non-refundable"}) {
        if (contains_word(text, denial))
            return false;
    }
    if (contains_word(text, "refund") || contains_word(text, "returned"))
        return true;
    return std::nullopt;
}

task_answer::any read_failure(const answer_body& body, const std::string& type) {
    const std::string text = body.text();
    const auto back = refunded(body, text);
    if (speaks_of_content(text))
        return task_answer::refused{cleaned(text), back};
    return task_answer::failed{cleaned(text), type == "timeout", back};
}

// `status` may be missing (the older dialect): then the clips' own states speak. Under a SUCCESS, a clip
// without a state is taken at the envelope's word; one whose state says otherwise is not.
task_answer::any read_success(const std::vector<read_clip>& clips, bool envelope_says_so) {
    task_answer::succeeded ready;
    for (const auto& clip : clips) {
        const bool done =
            clip.state == clip_state::succeeded || (envelope_says_so && clip.state == clip_state::none);
        if (done && !clip.value.audio_url.empty())
            ready.clips.push_back(clip.value);
    }
    if (ready.clips.empty())
        return task_answer::ready_without_audio{};
    return ready;
}

std::string described(const http_answer& answer, const answer_body& body) {
    std::string out = "HTTP " + std::to_string(answer.status);
    if (const std::string text = cleaned(body.text()); !text.empty())
        out += ": " + text;
    return out;
}

// Answers that are not about the task: by the numeric code, which is the HTTP status unless that says 200
// (6.1).
task_answer::any read_error(const http_answer& answer, const answer_body& body, unsigned code) {
    const auto wait = read_retry_after(answer.retry_after, answer.received_at);
    const std::string reason = described(answer, body);
    const std::string text = body.text();
    if (code == 404 || body.code() == 404 || (code < 500 && speaks_of_unknown_task(text)))
        return task_answer::lost{};
    if (code == 400 && contains_word(text, "missing task id"))
        return task_answer::lost{};
    if (code == 410)
        return task_answer::retired{reason};
    if (code == 401)
        return task_answer::access_denied{reason};
    if (code == 429 || (code == 403 && (body.word("type") == "rate_limited" || speaks_of_limits(text))))
        return task_answer::throttled{wait};
    if (code == 403)
        return task_answer::access_denied{reason};
    if (code == 405 || (code >= 300 && code < 400))
        return task_answer::misconfigured{reason};
    return task_answer::transient{reason, wait};
}

}  // namespace

task_answer::any read_task_answer(const http_answer& answer) {
    const answer_body body{answer.body};
    const auto wait = read_retry_after(answer.retry_after, answer.received_at);

    // The numbers are the steps of reference/producer-api 3.5.
    if (!body.is_object() && answer.status >= 500)  // 1
        return task_answer::transient{described(answer, body), wait, true};
    if (!body.is_object() && (answer.status == 404 || answer.status == 405))  // 2
        return task_answer::misconfigured{described(answer, body) + " (is producer.base_url right?)"};
    if (answer.status == 401)  // 3
        return task_answer::access_denied{described(answer, body)};
    if (answer.status == 429)  // 4
        return task_answer::throttled{wait};

    const std::string status = body.word("status");
    const std::string type = body.word("type");
    const auto clips = clips_in(body);
    if (status == "failed" || type == "failed" || type == "timeout" ||
        all_of_state(clips, clip_state::failed))  // 5
        return read_failure(body, type);
    if (answer.status == 202 || type == "not_ready" || status == "pending" || status == "running")  // 6
        return task_answer::pending{};
    if (status == "success" || any_of_state(clips, clip_state::succeeded))  // 7
        return read_success(clips, status == "success");

    const int code = body.code().value_or(0);
    if (answer.status >= 300 || code >= 400)  // 8, 9
        return read_error(answer, body, answer.status >= 300 ? answer.status : static_cast<unsigned>(code));
    if (!body.is_object())
        return task_answer::transient{described(answer, body) + " (not JSON)", wait};
    if (clips.empty() && speaks_of_unknown_task(body.text()))
        return task_answer::lost{};
    return task_answer::pending{};  // 10, and every state we do not know
}

}  // namespace adapters::producer
