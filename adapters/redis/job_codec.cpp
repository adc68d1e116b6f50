#include "adapters/redis/job_codec.hpp"

#include "adapters/redis/clips_codec.hpp"
#include "adapters/redis/flat_object.hpp"
#include "adapters/redis/request_codec.hpp"
#include "gateway/media/media_types.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace adapters::redis {

using namespace gateway;

namespace {

// ---- one value, as text and back. An empty text means the default.

template <class Number>
bool read_number(std::string_view text, Number& into) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size())
        return false;
    into = value;
    return true;
}

template <class Number>
std::string write_number(Number value) {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return value == Number{} ? std::string{} : std::string{text.data(), end};
}

std::string write(int value) {
    return write_number(value);
}
std::string write(const std::string& value) {
    return value;
}
std::string write(milliseconds value) {
    return write_number(value.count());
}
std::string write(const std::optional<store_time>& value) {
    return value ? std::to_string(value->time_since_epoch().count()) : std::string{};
}

bool read(std::string_view text, int& into) {
    return read_number(text, into);
}
bool read(std::string_view text, std::string& into) {
    into = text;
    return true;
}
bool read(std::string_view text, milliseconds& into) {
    milliseconds::rep count = 0;
    if (!read_number(text, count))
        return false;
    into = milliseconds{count};
    return true;
}
bool read(std::string_view text, std::optional<store_time>& into) {
    milliseconds since_epoch{0};
    if (!read(text, since_epoch))
        return false;
    into = store_time{since_epoch};
    return true;
}

template <class Enum>
struct letter {
    Enum value;
    std::string_view text;
};
constexpr std::array<letter<job_status>, 6> status_letters{{{job_status::queued, "q"},
                                                            {job_status::running, "r"},
                                                            {job_status::succeeded, "s"},
                                                            {job_status::failed, "f"},
                                                            {job_status::cancelled, "c"},
                                                            {job_status::refused, "x"}}};
// "w" is what the scripts call the step that need not be written.
constexpr std::array<letter<submission>, 3> step_letters{
    {{submission::waiting, ""}, {submission::submitting, "s"}, {submission::accepted, "a"}}};
constexpr std::array<letter<credit_outcome>, 4> credit_letters{{{credit_outcome::none, ""},
                                                                {credit_outcome::charged, "c"},
                                                                {credit_outcome::refunded, "r"},
                                                                {credit_outcome::unknown, "u"}}};

constexpr const auto& letters(job_status) {
    return status_letters;
}
constexpr const auto& letters(submission) {
    return step_letters;
}
constexpr const auto& letters(credit_outcome) {
    return credit_letters;
}

template <class Enum>
requires std::is_enum_v<Enum> std::string write(Enum value) {
    for (const auto& each : letters(value))
        if (each.value == value)
            return std::string{each.text};
    return {};
}

template <class Enum>
requires std::is_enum_v<Enum>
bool read(std::string_view text, Enum& into) {
    for (const auto& each : letters(into))
        if (each.text == text) {
            into = each.value;
            return true;
        }
    return false;
}

// ---- the fields of a state

struct field {
    std::string_view name;
    std::string (*write)(const job_state&);
    bool (*read)(std::string_view, job_state&);
};

template <auto Member>
constexpr field plain(std::string_view name) {
    return {name, [](const job_state& state) { return write(state.*Member); },
            [](std::string_view text, job_state& state) { return read(text, state.*Member); }};
}

stored_audio& audio_in(job_state& state) {
    return state.audio ? *state.audio : state.audio.emplace();
}

// The audio's mark that it exists is its extension, so that one is written even when empty.
std::string write_extension(const job_state& state) {
    return state.audio ? "." + state.audio->extension : std::string{};
}
bool read_extension(std::string_view text, job_state& state) {
    if (!text.starts_with('.'))
        return false;
    audio_in(state).extension = text.substr(1);
    return true;
}
// What a file of that extension usually is goes without saying, as does the progress of what has succeeded.
std::string write_mime_type(const job_state& state) {
    if (!state.audio || state.audio->mime_type == gateway::media::mime_type_of(state.audio->extension))
        return {};
    return state.audio->mime_type;
}
void fill_in_what_goes_without_saying(job_state& state) {
    if (state.audio && state.audio->mime_type.empty() && !state.audio->extension.empty())
        state.audio->mime_type = gateway::media::mime_type_of(state.audio->extension);
    if (state.status == job_status::succeeded)
        state.progress = 100;
}
std::string write_progress(const job_state& state) {
    return state.status == job_status::succeeded ? std::string{} : write_number(state.progress);
}
bool read_progress(std::string_view text, job_state& state) {
    return read_number(text, state.progress);
}
bool read_mime_type(std::string_view text, job_state& state) {
    audio_in(state).mime_type = text;
    return true;
}
std::string write_bytes(const job_state& state) {
    return state.audio ? write_number(state.audio->bytes) : std::string{};
}
bool read_bytes(std::string_view text, job_state& state) {
    return read_number(text, audio_in(state).bytes);
}
std::string write_length(const job_state& state) {
    if (!state.audio || !state.audio->duration_seconds)
        return {};
    std::array<char, 32> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), *state.audio->duration_seconds).ptr;
    return {text.data(), end};
}
bool read_length(std::string_view text, job_state& state) {
    return read_number(text, audio_in(state).duration_seconds.emplace());
}

bool read_clips(std::string_view text, job_state& state) {
    return decode_clips(text, state);
}

// The order is of no meaning; a name, once released, keeps its meaning for ever. The scripts know s, st, p,
// t, cn, em, co and cr, and have f, k, l, la, he and e to themselves.
constexpr std::array<field, 28> state_fields{{
    plain<&job_state::status>("s"),          {"p", write_progress, read_progress},
    plain<&job_state::step>("st"),           plain<&job_state::submissions>("n"),
    plain<&job_state::setbacks>("sb"),       plain<&job_state::lost_looks>("ll"),
    plain<&job_state::task_id>("t"),         plain<&job_state::clip_id>("cl"),
    plain<&job_state::typical>("ty"),        plain<&job_state::first_tried_at>("ft"),
    plain<&job_state::accepted_at>("ac"),    plain<&job_state::unknown_since>("un"),
    plain<&job_state::music_ready_at>("mr"), plain<&job_state::audio_url>("au"),
    plain<&job_state::error_message>("em"),  plain<&job_state::refusal_reason>("rr"),
    {"ax", write_extension, read_extension}, {"am", write_mime_type, read_mime_type},
    {"ab", write_bytes, read_bytes},         {"ad", write_length, read_length},
    plain<&job_state::credits>("cr"),        plain<&job_state::credits_are>("co"),
    plain<&job_state::call>("cn"),           plain<&job_state::seed_number>("sn"),
    {"mc", encode_clips, read_clips},        plain<&job_state::written_lyrics>("wl"),
    plain<&job_state::faults>("fa"),         plain<&job_state::repeats>("rp"),
}};

constexpr auto state_codes = [] {
    std::array<unsigned, state_fields.size()> made{};
    for (std::size_t each = 0; each < made.size(); ++each)
        made[each] = name_code(state_fields[each].name);
    return made;
}();
static_assert(std::find(state_codes.begin(), state_codes.end(), 0U) == state_codes.end());

const field* field_named(std::string_view name) {
    const auto found = std::find(state_codes.begin(), state_codes.end(), name_code(name));
    return found == state_codes.end() ? nullptr
                                      : &state_fields[static_cast<std::size_t>(found - state_codes.begin())];
}

bool read_state_field(std::string_view name, std::string_view value, job_state& into) {
    const field* known = field_named(name);
    return known == nullptr || known->read(value, into);
}

// The record's first line, field by field. Reads what is legible.
class line_reader final : public flat_object_visitor {
public:
    explicit line_reader(job& into) : into_{into} {}

    bool text(std::string_view name, std::string_view value) override {
        all_legible_ = read_field(name, value) && all_legible_;
        return true;
    }
    bool number(std::string_view, std::int64_t) override { return not_ours(); }
    bool flag(std::string_view, bool) override { return not_ours(); }
    bool texts(std::string_view, std::vector<std::string>) override { return not_ours(); }

    // Whether it says whose job it is, and how that stands.
    bool complete() const { return has_organization_ && has_user_ && has_creation_ && has_status_; }
    bool all_legible() const { return all_legible_; }

private:
    bool not_ours() {
        all_legible_ = false;
        return true;
    }
    bool read_field(std::string_view name, std::string_view value) {
        switch (name_code(name)) {
            case name_code("o"):
                has_organization_ = true;
                into_.owner.organization = value;
                return true;
            case name_code("u"):
                has_user_ = true;
                into_.owner.user = value;
                return true;
            case name_code("tp"): into_.traceparent = value; return true;
            case name_code("e"): return redis::read(value, into_.ended_at);
            case name_code("c"): return read_creation(value);
            default: break;
        }
        const bool legible = read_state_field(name, value, into_.state);
        has_status_ = has_status_ || (legible && name == "s");
        return legible;
    }
    bool read_creation(std::string_view value) {
        std::int64_t microseconds = 0;
        has_creation_ = read_number(value, microseconds);
        into_.created_at = store_time{milliseconds{microseconds / 1000}};
        return has_creation_;
    }

    job& into_;
    bool has_organization_ = false, has_user_ = false, has_creation_ = false, has_status_ = false;
    bool all_legible_ = true;
};

}  // namespace

encoded_state encode_state(const job_state& state) {
    encoded_state made;
    for (const field& each : state_fields) {
        std::string value = each.write(state);
        if (value.empty())
            made.absent.push_back(each.name);
        else
            made.fields.emplace_back(each.name, std::move(value));
    }
    return made;
}

encoded_state encode_change(const job_state& before, const job_state& next) {
    encoded_state made;
    for (const field& each : state_fields) {
        std::string value = each.write(next);
        if (value == each.write(before))
            continue;
        if (value.empty())
            made.absent.push_back(each.name);
        else
            made.fields.emplace_back(each.name, std::move(value));
    }
    return made;
}

namespace {

template <class Enum>
std::string_view letter_in(Enum value) {
    for (const auto& each : letters(value))
        if (each.value == value)
            return each.text;
    return {};
}

}  // namespace

std::string_view letter_of(job_status status) {
    return letter_in(status);
}
std::string_view letter_of(submission step) {
    return step == submission::waiting ? "w" : letter_in(step);
}
std::string_view letter_of(credit_outcome credits_are) {
    return letter_in(credits_are);
}

std::optional<job> decode_job(std::string id, std::string_view record, store_time as_of) {
    const auto line_end = std::min(record.find('\n'), record.size());
    job made;
    made.id = std::move(id);
    made.as_of = as_of;
    line_reader line{made};
    bool all_legible = read_flat_object(record.substr(0, line_end), line) && line.all_legible();
    if (!line.complete())
        return std::nullopt;
    fill_in_what_goes_without_saying(made.state);
    record.remove_prefix(line_end);
    if (auto request = decode_request(record))
        made.request = std::move(*request);
    else
        all_legible = false;
    // Nobody works on an ended job any more, so its owner may see what is left of it.
    if (!all_legible && !is_terminal(made.state.status))
        return std::nullopt;
    return made;
}

}  // namespace adapters::redis
