#include "behaviour_reader.hpp"

namespace simulator {

namespace json = boost::json;

namespace {

constexpr std::array<word<create_answer>, 12> create_answers{{
    {"ok", create_answer::ok},
    {"ok_code_200", create_answer::ok_code_200},
    {"ok_camel_case", create_answer::ok_camel_case},
    {"ok_nested", create_answer::ok_nested},
    {"no_task_id", create_answer::no_task_id},
    {"not_json", create_answer::not_json},
    {"status", create_answer::status},
    {"hang", create_answer::hang},
    {"hang_after", create_answer::hang_after},
    {"cut_before", create_answer::cut_before},
    {"cut_after", create_answer::cut_after},
    {"cut_mid", create_answer::cut_mid},
}};

constexpr std::array<word<error_shape>, 5> error_shapes{{
    {"type_and_error", error_shape::type_and_error},
    {"with_code", error_shape::with_code},
    {"with_message", error_shape::with_message},
    {"nested", error_shape::nested},
    {"ok_status", error_shape::ok_status},
}};

constexpr std::array<word<dialect>, 2> dialects{{{"current", dialect::current}, {"older", dialect::older}}};

constexpr std::array<word<task_result>, 5> results{{
    {"success", task_result::success},
    {"failed", task_result::failed},
    {"timeout", task_result::timeout},
    {"refused", task_result::refused},
    {"never", task_result::never},
}};

constexpr std::array<word<duration_form>, 3> duration_forms{{
    {"number", duration_form::number},
    {"string", duration_form::string},
    {"null", duration_form::null},
}};

constexpr std::array<word<data_form>, 2> data_forms{
    {{"array", data_form::array}, {"object", data_form::object}}};

constexpr std::array<word<lyrics_name>, 3> lyrics_names{
    {{"lyrics", lyrics_name::lyrics}, {"lyric", lyrics_name::lyric}, {"text", lyrics_name::text}}};

constexpr std::array<word<lyrics_place>, 4> lyrics_places{{
    {"array", lyrics_place::array},
    {"object", lyrics_place::object},
    {"string", lyrics_place::string},
    {"top", lyrics_place::top},
}};

constexpr std::array<word<audio_kind>, 2> audio_kinds{{{"m4a", audio_kind::m4a}, {"wav", audio_kind::wav}}};

constexpr std::array<word<poll_fault>, 13> poll_faults{{
    {"404_json", poll_fault::json_404},
    {"404_html", poll_fault::html_404},
    {"400_task_not_found", poll_fault::task_not_found_400},
    {"401", poll_fault::unauthorized_401},
    {"429", poll_fault::throttled_429},
    {"500", poll_fault::error_500},
    {"502_html", poll_fault::html_502},
    {"504_json_timeout", poll_fault::json_timeout_504},
    {"504_html", poll_fault::html_504},
    {"hang", poll_fault::hang},
    {"cut", poll_fault::cut},
    {"not_json", poll_fault::not_json},
    {"huge", poll_fault::huge},
}};

constexpr std::array<word<webhook_mode>, 9> webhook_modes{{
    {"once", webhook_mode::once},
    {"duplicate", webhook_mode::duplicate},
    {"late", webhook_mode::late},
    {"none", webhook_mode::none},
    {"stale_timestamp", webhook_mode::stale_timestamp},
    {"wrong_signature", webhook_mode::wrong_signature},
    {"old_signature", webhook_mode::old_signature},
    {"early", webhook_mode::early},
    {"garbage", webhook_mode::garbage},
}};

template <class Enum, std::size_t Count>
std::string_view word_for(Enum value, const std::array<word<Enum>, Count>& words) noexcept {
    for (const auto& entry : words)
        if (entry.second == value)
            return entry.first;
    return "?";
}

void read_status(object_reader& from, std::string_view key, unsigned& into) {
    unsigned status = into;
    from.read(key, status);
    if (status < 200 || status > 599)
        from.complain(key, "must be an HTTP status, 200 to 599");
    else
        into = status;
}

error_reply read_reply(const json::value& value, std::string path, problems& found) {
    error_reply reply;
    object_reader from{value, std::move(path), found};
    read_status(from, "status", reply.status);
    from.read("type", reply.type);
    from.read("error", reply.error);
    from.read("body", reply.body);
    from.read("content_type", reply.content_type);
    from.read("retry_after", reply.retry_after);
    from.read_word("shape", reply.shape, error_shapes);
    from.read("accepts", reply.accepts);
    from.refuse_unknown();
    return reply;
}

// The members that say how a call is answered, among others of the same object.
void read_answer(object_reader& from, create_behaviour& base, problems& found) {
    const auto* answer = from.find("answer");
    if (answer && answer->is_object()) {
        base.answer = create_answer::status;
        base.reply = read_reply(*answer, from.path_of("answer"), found);
    } else if (answer) {
        base.reply = {};
        from.read_word("answer", base.answer, create_answers);
    }
    from.read("delay_ms", base.delay);
}

create_behaviour read_create(const json::value& value, create_behaviour base, std::string path,
                             problems& found) {
    object_reader from{value, std::move(path), found};
    read_answer(from, base, found);
    from.refuse_unknown();
    return base;
}

lyrics_behaviour read_lyrics(const json::value& value, lyrics_behaviour base, std::string path,
                             problems& found) {
    object_reader from{value, std::move(path), found};
    read_answer(from, base.create, found);
    from.read("at_once", base.at_once);
    from.read("pending_ms", base.pending);
    from.read("running_ms", base.running);
    read_result(from, "result", base.result);
    from.read("message", base.message);
    from.read("refund", base.refund);
    from.read("text", base.text);
    from.read_word("name", base.name, lyrics_names);
    from.read_word("data_as", base.place, lyrics_places);
    from.refuse_unknown();
    return base;
}

task_behaviour read_task(const json::value& value, task_behaviour base, std::string path, problems& found) {
    object_reader from{value, std::move(path), found};
    from.read_word("dialect", base.speaks, dialects);
    from.read("pending_ms", base.pending);
    from.read("running_ms", base.running);
    read_result(from, "result", base.result);
    from.read("message", base.message);
    from.read("refund", base.refund);
    from.read("lag_ms", base.lag);
    from.read("wav_url", base.wav_url);
    from.read("nulls", base.nulls);
    from.read_word("duration_as", base.duration, duration_forms);
    from.read_word("data_as", base.data, data_forms);
    from.read("seconds", base.seconds);
    from.read("clips", base.clips);
    if (base.clips > 100)
        from.complain("clips", "must be 100 or less");
    from.read("failed_clips", base.failed_clips);
    read_status(from, "failed_http_status", base.failed_http_status);
    from.read("lost_after_ms", base.lost_after);
    from.read("clip_state_only", base.clip_state_only);
    from.read("state_word", base.state_word);
    from.read("early_audio_url", base.early_audio_url);
    from.refuse_unknown();
    return base;
}

poll_fault_entry read_fault(const json::value& value, std::string path, problems& found) {
    poll_fault_entry entry;
    object_reader from{value, std::move(path), found};
    if (!from.find("kind"))
        from.complain("kind", "is missing");
    from.read_word("kind", entry.kind, poll_faults);
    from.read("times", entry.times);
    from.read("retry_after", entry.retry_after);
    from.refuse_unknown();
    return entry;
}

poll_behaviour read_poll(const json::value& value, poll_behaviour base, std::string path, problems& found) {
    object_reader from{value, std::move(path), found};
    if (const auto* faults = from.find("faults")) {
        base.faults.clear();
        if (!faults->is_array()) {
            from.complain("faults", "must be an array");
        } else {
            for (const auto& fault : faults->get_array()) {
                const auto number = std::to_string(base.faults.size());
                base.faults.push_back(read_fault(fault, from.path_of("faults") + "[" + number + "]", found));
            }
        }
    }
    from.read("delay_ms", base.delay);
    from.refuse_unknown();
    return base;
}

cdn_behaviour read_cdn(const json::value& value, cdn_behaviour base, std::string path, problems& found) {
    object_reader from{value, std::move(path), found};
    from.read("not_found_ms", base.not_found);
    from.read("expires_ms", base.expires);
    read_status(from, "expired_status", base.expired_status);
    from.read("status", base.status);
    if (base.status && (*base.status < 200 || *base.status > 599))
        from.complain("status", "must be an HTTP status, 200 to 599");
    from.read("hang", base.hang);
    from.read("redirect_to", base.redirect_to);
    if (base.redirect_to && base.redirect_to->find_first_of("\r\n") != std::string::npos)
        from.complain("redirect_to", "must not contain a line break");
    from.read("redirect_to_private", base.redirect_to_private);
    from.read("redirect_loop", base.redirect_loop);
    from.read("cut_after_bytes", base.cut_after_bytes);
    from.read("slow_bytes_per_s", base.slow_bytes_per_s);
    from.read("content_type", base.content_type);
    from.read("file", base.file);
    from.read("huge_bytes", base.huge_bytes);
    from.read("no_length", base.no_length);
    if (from.find("only"))
        from.read_word("only", base.only.emplace(), audio_kinds);
    from.read("times", base.times);
    from.refuse_unknown();
    return base;
}

}  // namespace

void read_result(object_reader& from, std::string_view key, task_result& into) {
    from.read_word(key, into, results);
}

webhook_behaviour read_webhook(const json::value& value, webhook_behaviour base, std::string path,
                               problems& found) {
    object_reader from{value, std::move(path), found};
    from.read_word("mode", base.mode, webhook_modes);
    from.read("delay_ms", base.delay);
    from.read("attempts", base.attempts);
    if (base.attempts < 1 || base.attempts > 100)
        from.complain("attempts", "must be 1 to 100");
    from.read("retry_ms", base.retry);
    from.refuse_unknown();
    return base;
}

behaviour read_behaviour(const json::value& value, behaviour base, std::string path, problems& found) {
    object_reader from{value, std::move(path), found};
    if (const auto* part = from.find("create"))
        base.create = read_create(*part, std::move(base.create), from.path_of("create"), found);
    if (const auto* part = from.find("task"))
        base.task = read_task(*part, std::move(base.task), from.path_of("task"), found);
    if (const auto* part = from.find("lyrics"))
        base.lyrics = read_lyrics(*part, std::move(base.lyrics), from.path_of("lyrics"), found);
    if (const auto* part = from.find("poll"))
        base.poll = read_poll(*part, std::move(base.poll), from.path_of("poll"), found);
    if (const auto* part = from.find("webhook"))
        base.webhook = read_webhook(*part, base.webhook, from.path_of("webhook"), found);
    if (const auto* part = from.find("cdn"))
        base.cdn = read_cdn(*part, std::move(base.cdn), from.path_of("cdn"), found);
    from.refuse_unknown();
    return base;
}

std::string_view name_of(create_answer answer) noexcept {
    return word_for(answer, create_answers);
}
std::string_view name_of(task_result result) noexcept {
    return word_for(result, results);
}
std::string_view name_of(webhook_mode mode) noexcept {
    return word_for(mode, webhook_modes);
}

}  // namespace simulator
