#include "adapters/producer/lyrics_reader.hpp"

#include "adapters/producer/answer_body.hpp"
#include "adapters/producer/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace adapters::producer {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_lyrics = 5'000;  // characters; reference/producer-api 2.1
constexpr std::size_t longest_prompt = 2'000;

std::string_view lyrics_in(const json::object& from) {
    for (const std::string_view name : {"lyrics", "lyric", "text"}) {
        const auto text = text_in(from.if_contains(name));
        if (text.find_first_not_of(" \t\r\n") != std::string_view::npos)
            return text;
    }
    return {};
}

std::string_view lyrics_in(const json::value& data) {
    if (data.is_string())
        return data.get_string();
    if (data.is_object())
        return lyrics_in(data.get_object());
    if (data.is_array())
        for (const json::value& each : data.get_array())
            if (const auto text = each.is_object() ? lyrics_in(each.get_object()) : std::string_view{};
                !text.empty())
                return text;
    return {};
}

}  // namespace

std::string compose_lyrics_body(const gateway::generation_request& request) {
    std::string prompt = request.prompt;
    for (const std::string& tag : request.style_tags)
        prompt.append(", ").append(tag);
    json::object body;
    body["prompt"] = first_characters(well_formed(prompt), longest_prompt);
    return json::serialize(body);
}

std::string read_lyrics(const http_answer& answer) {
    if (answer.status < 200 || answer.status >= 300)
        return {};
    const answer_body body{answer.body};
    std::string_view text;
    if (const auto* data = body.find("data"))
        text = lyrics_in(*data);
    for (const std::string_view name : {"lyrics", "lyric"})
        if (text.empty())
            text = text_in(body.find(name));
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return {};
    return std::string{first_characters(well_formed(text), longest_lyrics)};
}

}  // namespace adapters::producer
