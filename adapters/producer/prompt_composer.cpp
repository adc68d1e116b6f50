#include "adapters/producer/prompt_composer.hpp"

#include "adapters/producer/utf8.hpp"
#include "gateway/runtime/json_text.hpp"

#include <algorithm>

namespace adapters::producer {

namespace {

// The provider says "80 characters"; JavaScript, which it runs on, would count UTF-16 units.
constexpr std::size_t longest_title = 80;

constexpr int shortest_hint = 30;  // seconds

constexpr std::size_t usual_size = 1024;  // of a body

std::string_view trimmed(std::string_view text) noexcept {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// Adds a part to a list of phrases; a part that ends a sentence begins a new one.
void append_phrase(std::string& sound, std::string_view phrase) {
    phrase = trimmed(phrase);
    if (phrase.empty())
        return;
    if (!sound.empty()) {
        const char last = sound.back();
        sound += last == '.' || last == '!' || last == '?' || last == ',' || last == ';' || last == ':'
                     ? " "
                     : ", ";
    }
    sound += phrase;
}

std::string counted(int count, std::string_view unit) {
    return std::to_string(count) + " " + std::string{unit} + (count == 1 ? "" : "s");
}

std::string sound_of(const gateway::generation_request& request, int seconds, bool instrumental) {
    std::string sound;
    append_phrase(sound, request.prompt);
    for (const auto& tag : request.style_tags)
        append_phrase(sound, tag);
    if (instrumental)
        append_phrase(sound, "instrumental, no vocals");
    if (request.mode == gateway::generation_mode::focus)
        append_phrase(sound,
                      "steady and unobtrusive background music for concentration, without sudden changes");
    append_phrase(sound, length_in_words(seconds));
    if (const auto character = trimmed(request.seed.character); !character.empty())
        append_phrase(sound, "in the character of an earlier track: " + std::string{character});
    return sound;
}

// The client's, else the seed's, else what upstream wrote for this job.
std::string_view lyrics_for(const gateway::job& order) {
    for (const std::string_view lyrics :
         {std::string_view{order.request.lyrics ? *order.request.lyrics : std::string_view{}},
          std::string_view{order.request.seed.lyrics}, std::string_view{order.state.written_lyrics}})
        if (!trimmed(lyrics).empty())
            return lyrics;
    return {};
}

// What is missing of the length after the clips that are there, since upstream can only be told in words.
int seconds_left(const gateway::job& order) {
    double there = 0;
    for (const gateway::kept_clip& each : order.state.clips)
        there += each.seconds;
    return std::max(shortest_hint, order.request.duration_seconds - static_cast<int>(there));
}

// Bytes of `text` that are no UTF-8 are replaced.
void append_member(std::string& body, std::string_view name, std::string_view text) {
    body.append(",\"").append(name).append("\":");
    gateway::json::append_string(body, text);
}

}  // namespace

std::string length_in_words(int seconds) {
    if (seconds <= 0)
        return {};
    const int minutes = seconds / 60;
    const int rest = seconds % 60;
    std::string length;
    if (minutes == 0 || (minutes == 1 && rest != 0))  // "90 seconds" reads better than "1 minute 30 seconds"
        length = counted(seconds, "second");
    else
        length = counted(minutes, "minute") + (rest == 0 ? "" : " " + counted(rest, "second"));
    return "about " + length + " long";
}

std::string compose_create_body(const gateway::job& order, const gateway::engine& with,
                                const std::optional<webhook_target>& announce_to) {
    const gateway::generation_request& request = order.request;
    const bool instrumental = request.instrumental || !with.supports_vocals;
    std::string body;
    body.reserve(usual_size);
    body += R"({"task_type":"create_music")";
    std::string sound = sound_of(
        request, order.state.clips.empty() ? request.duration_seconds : seconds_left(order), instrumental);
    const std::string_view lyrics = lyrics_for(order);
    const bool sing = !instrumental && with.supports_lyrics && !lyrics.empty();
    if (sing)
        append_member(body, "lyrics", lyrics);
    if (sound.empty() && !sing)
        sound = "music";  // upstream refuses a call with neither
    if (!sound.empty())
        append_member(body, "sound", sound);
    if (!with.model.empty())
        append_member(body, "mv", with.model);
    if (request.title) {
        const std::string title = well_formed(trimmed(*request.title));
        if (!title.empty())
            append_member(body, "title", first_characters(title, longest_title));
    }
    body += instrumental ? R"(,"make_instrumental":true)" : R"(,"make_instrumental":false)";
    // For the first clip alone: the same number would make the same music again.
    if (order.state.call == 0 && !request.seed.number.empty())
        append_member(body, "seed", request.seed.number);
    if (announce_to) {
        append_member(body, "webhook_url", announce_to->url);
        append_member(body, "webhook_secret", announce_to->secret);
    }
    body += '}';
    return body;
}

}  // namespace adapters::producer
