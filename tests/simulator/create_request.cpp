#include "create_request.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

namespace simulator {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 11> retired_types{
    "cover_music",      "cover_upload_music",      "extend_music",      "extend_upload_music",
    "replace_music",    "replace_upload_music",    "swap_music_vocals", "swap_upload_music_vocals",
    "swap_music_sound", "swap_upload_music_sound", "music_variation",
};

constexpr std::array<std::string_view, 10> models{
    "FUZZ-2.0",     "FUZZ-2.0 Pro", "FUZZ-2.0 Raw", "FUZZ-1.1 Pro", "FUZZ-1.1",
    "FUZZ-1.0 Pro", "FUZZ-1.0",     "FUZZ-0.8",     "FUZZ-3-Demo",  "Lyria 3 preview",
};

constexpr std::size_t longest_title = 80;  // characters
constexpr std::size_t longest_webhook_url = 1024;

template <std::size_t Count>
bool listed(std::string_view word, const std::array<std::string_view, Count>& list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Reads the members one by one and keeps the first complaint.
class body_reader {
public:
    explicit body_reader(const json::object& body) : body_{body} {}

    std::optional<std::string> text(std::string_view key) {
        const auto* member = body_.if_contains(key);
        if (!member || member->is_null())
            return std::nullopt;
        if (const auto* value = member->if_string())
            return std::string{value->data(), value->size()};
        refuse(std::string{key} + " must be a string");
        return std::nullopt;
    }

    bool flag(std::string_view key) {
        const auto* member = body_.if_contains(key);
        if (!member || member->is_null())
            return false;
        if (const auto* value = member->if_bool())
            return *value;
        refuse(std::string{key} + " must be a boolean");
        return false;
    }

    // The strength fields of the earlier revision.
    void number_between(std::string_view key, double low, double high) {
        const auto* member = body_.if_contains(key);
        if (!member || member->is_null())
            return;
        const double value = member->is_number() ? member->to_number<double>() : low - 1;
        if (!(value >= low && value <= high))
            refuse(std::string{key} + " must be a number in its range");
    }

    void refuse(std::string text, unsigned status = 400) {
        if (!refusal_)
            refusal_ = create_refusal{status, std::move(text)};
    }

    const std::optional<create_refusal>& refusal() const { return refusal_; }

private:
    const json::object& body_;
    std::optional<create_refusal> refusal_;
};

void check_task_type(body_reader& body) {
    const auto type = body.text("task_type");
    if (!type)
        body.refuse("task_type is required");
    else if (listed(*type, retired_types))
        body.refuse("task_type " + *type + " has been permanently retired", 410);
    else if (*type != "create_music")
        body.refuse("task_type must be create_music");
}

void check_webhook(body_reader& body, const create_request& asked, bool http_webhooks) {
    if (!asked.webhook_url)
        return;
    const bool https = asked.webhook_url->starts_with("https://");
    const bool http = http_webhooks && asked.webhook_url->starts_with("http://");
    if (!https && !http)
        body.refuse("webhook_url must be an https URL");
    if (asked.webhook_url->size() > longest_webhook_url)
        body.refuse("webhook_url is longer than 1024 characters");
}

}  // namespace

std::variant<create_request, create_refusal> read_create_request(std::string_view text, bool http_webhooks) {
    boost::system::error_code ec;
    const auto document = json::parse(json::string_view{text.data(), text.size()}, ec);
    if (ec || !document.is_object())
        return create_refusal{400, "request body is not a JSON object"};

    body_reader body{document.get_object()};
    check_task_type(body);
    create_request asked;
    asked.sound = body.text("sound");
    asked.lyrics = body.text("lyrics");
    asked.title = body.text("title");
    asked.mv = body.text("mv");
    asked.seed = body.text("seed");
    asked.webhook_url = body.text("webhook_url");
    asked.webhook_secret = body.text("webhook_secret");
    asked.make_instrumental = body.flag("make_instrumental");
    body.number_between("lyrics_strength", 0, 1);
    body.number_between("sound_strength", 0.2, 1);
    body.number_between("weirdness", 0, 1);

    if (asked.sound.value_or("").empty() && asked.lyrics.value_or("").empty())
        body.refuse("one of sound and lyrics is required");
    if (asked.mv && !listed(*asked.mv, models))
        body.refuse("mv is not a known model version");
    if (asked.title && characters(*asked.title) > longest_title)
        body.refuse("title is longer than 80 characters");
    if (asked.seed && !all_digits(*asked.seed))
        body.refuse("seed must be a number written as a string");
    check_webhook(body, asked, http_webhooks);

    if (body.refusal())
        return *body.refusal();
    return asked;
}

}  // namespace simulator
