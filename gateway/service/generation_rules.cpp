#include "gateway/service/generation_rules.hpp"

#include <algorithm>
#include <string>

namespace gateway::service {

namespace {

constexpr std::size_t longest_idempotency_key = 255;
constexpr std::size_t longest_id = 64;
constexpr std::size_t usual_order = 256;  // bytes, without its long texts

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::count_if(utf8.begin(), utf8.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

bool is_longer(std::string_view utf8, std::size_t most) {
    return utf8.size() > most && characters(utf8) > most;  // nobody counts what has no more bytes than that
}

bool blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool has_control_characters(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

// Texts may hold line breaks and tabs; a NUL or another control character is no text anybody meant to send.
bool is_text(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) {
        return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
    });
}

// The common rule of all text fields. Empty explanation: fine.
std::string text_problem(std::string_view name, std::string_view text, std::size_t most) {
    if (!is_text(text))
        return std::string{name} + " contains control characters";
    if (is_longer(text, most))
        return std::string{name} + " must be at most " + std::to_string(most) + " characters";
    return {};
}

// One field after the other, stopping at the first bad one: each check is skipped once a problem is known.
class field_checks {
public:
    template <class T>
    void type(const char* field, const given<T>& value, const char* expected) {
        expect(field, value.is != given<T>::state::wrong_type,
               [&] { return std::string{field} + " must be " + expected; });
    }

    template <class T>
    void required(const char* field, const given<T>& value) {
        expect(field, value.present(), [&] { return std::string{field} + " is required"; });
    }

    void text(const char* field, const given<std::string>& value, std::size_t most) {
        if (!value.present())
            return;
        const std::string problem = text_problem(field, value.value, most);
        expect(field, problem.empty(), [&] { return problem; });
    }

    template <class Explain>
    void expect(const char* field, bool holds, Explain explain) {
        if (!problem_ && !holds)
            problem_ = bad_field(field, explain());
    }

    const std::optional<refusal>& problem() const { return problem_; }

private:
    std::optional<refusal> problem_;
};

std::optional<std::string> if_not_blank(const given<std::string>& text) {
    if (!text.present() || blank(text.value))
        return std::nullopt;
    return text.value;
}

void check_duration(field_checks& checks, const given<std::int64_t>& duration, const engine* with) {
    checks.type("duration_seconds", duration, "an integer");
    checks.required("duration_seconds", duration);
    checks.expect("duration_seconds", duration.value > 0, [] { return "duration_seconds must be positive"; });
    // Word for word as documented (reference/seed-aitronos-create-generation).
    checks.expect("duration_seconds", !with || duration.value <= with->max_duration_seconds,
                  [] { return "duration_seconds exceeds the engine maximum"; });
}

void check_lyrics(field_checks& checks, const generation_draft& draft, const engine* with, std::size_t most) {
    checks.type("lyrics", draft.lyrics, "a string");
    checks.text("lyrics", draft.lyrics, most);
    if (!draft.lyrics.present() || blank(draft.lyrics.value))
        return;  // empty lyrics ask for nothing
    checks.expect("lyrics", !draft.instrumental.value,
                  [] { return "lyrics are not accepted for an instrumental track"; });
    checks.expect("lyrics", !with || (with->supports_lyrics && with->supports_vocals),
                  [&] { return "engine '" + with->engine_key + "' does not accept lyrics"; });
}

void check_style_tags(field_checks& checks, const given<std::vector<std::string>>& tags,
                      const text_limits& limits) {
    checks.type("style_tags", tags, "an array of strings");
    checks.expect("style_tags", tags.value.size() <= limits.style_tags, [&] {
        return "style_tags must be at most " + std::to_string(limits.style_tags) + " tags";
    });
    for (const std::string& tag : tags.value) {
        const std::string problem = text_problem("a style tag", tag, limits.style_tag);
        checks.expect("style_tags", problem.empty(), [&] { return problem; });
        checks.expect("style_tags", !blank(tag), [] { return "a style tag must not be empty"; });
    }
}

void check_idempotency_key(field_checks& checks, const given<std::string>& key) {
    checks.type("idempotency_key", key, "one string of printable characters");
    checks.expect("idempotency_key", !is_longer(key.value, longest_idempotency_key),
                  [] { return "idempotency_key must be at most 255 characters"; });
    checks.expect("idempotency_key", !has_control_characters(key.value),
                  [] { return "idempotency_key must be printable"; });
}

generation_request request_of(const generation_draft& draft) {
    generation_request request;
    request.engine = draft.engine.value;
    request.prompt = draft.prompt.value;
    request.duration_seconds = static_cast<int>(draft.duration_seconds.value);
    request.mode = draft.mode.present() ? *generation_mode_from(draft.mode.value) : generation_mode::creation;
    request.lyrics = if_not_blank(draft.lyrics);
    // Focus music has no vocals unless somebody asks for them.
    request.instrumental = draft.instrumental.present()
                               ? draft.instrumental.value
                               : request.mode == generation_mode::focus && !request.lyrics;
    request.seed_track_id = if_not_blank(draft.seed_track_id);
    request.style_tags = draft.style_tags.value;
    request.title = if_not_blank(draft.title);
    return request;
}

std::string_view text_or_nothing(const std::optional<std::string>& text) {
    return text ? std::string_view{*text} : std::string_view{};
}

// Lengths before the texts, so that no two different sequences of texts read the same.
void append_part(std::string& all, std::string_view part) {
    all += std::to_string(part.size());
    all += ':';
    all += part;
}

}  // namespace

outcome<checked_order> check_order(const generation_draft& draft, std::span<const engine> engines,
                                   const text_limits& limits) {
    field_checks checks;
    const engine* with = draft.engine.present() ? find_engine(engines, draft.engine.value) : nullptr;

    checks.type("engine", draft.engine, "a string");
    checks.required("engine", draft.engine);
    checks.expect("engine", with != nullptr, [] { return "no such engine; see the list of engines"; });

    checks.type("prompt", draft.prompt, "a string");
    checks.required("prompt", draft.prompt);
    checks.expect("prompt", !blank(draft.prompt.value), [] { return "prompt must not be empty"; });
    checks.text("prompt", draft.prompt, limits.prompt);

    check_duration(checks, draft.duration_seconds, with);

    checks.type("mode", draft.mode, "a string");
    checks.expect("mode", !draft.mode.present() || generation_mode_from(draft.mode.value).has_value(),
                  [] { return "mode must be creation or focus"; });

    checks.type("instrumental", draft.instrumental, "a boolean");
    check_lyrics(checks, draft, with, limits.lyrics);

    checks.type("seed_track_id", draft.seed_track_id, "a string");
    checks.text("seed_track_id", draft.seed_track_id, longest_id);
    checks.expect("seed_track_id",
                  !with || with->seed != seed_rule::none || !if_not_blank(draft.seed_track_id),
                  [&] { return "engine '" + with->engine_key + "' takes no seed tracks"; });

    check_style_tags(checks, draft.style_tags, limits);

    checks.type("title", draft.title, "a string");
    checks.text("title", draft.title, limits.title);

    check_idempotency_key(checks, draft.idempotency_key);

    if (checks.problem())
        return *checks.problem();
    checked_order order;
    order.request = request_of(draft);
    order.with = with;
    if (draft.idempotency_key.present() && !draft.idempotency_key.value.empty())
        order.idempotency_key = draft.idempotency_key.value;
    return order;
}

idempotency_claim claim_of(const job_owner& owner, const std::string& key,
                           const generation_request& request) {
    std::string scope;
    scope.reserve(usual_order);
    append_part(scope, owner.organization);
    append_part(scope, owner.user);
    append_part(scope, key);

    std::string order;
    order.reserve(usual_order + request.prompt.size() + text_or_nothing(request.lyrics).size());
    append_part(order, request.engine);
    append_part(order, request.prompt);
    append_part(order, std::to_string(request.duration_seconds));
    append_part(order, to_string(request.mode));
    append_part(order, request.instrumental ? "1" : "0");
    append_part(order, text_or_nothing(request.lyrics));
    append_part(order, text_or_nothing(request.seed_track_id));
    append_part(order, text_or_nothing(request.title));
    for (const std::string& tag : request.style_tags)
        append_part(order, tag);
    return {sha256(scope), sha256(order)};
}

}  // namespace gateway::service
