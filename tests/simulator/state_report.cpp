#include "state_report.hpp"

#include "behaviour_reader.hpp"
#include "lyrics_tasks.hpp"
#include "task_answers.hpp"

#include <boost/json/parse.hpp>

namespace simulator {

namespace json = boost::json;

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            plain.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            plain.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return plain;
}

json::value time_or_null(std::int64_t unix_ms) {
    return unix_ms != 0 ? json::value(unix_ms) : json::value(nullptr);
}

json::object one_task(const task& subject) {
    boost::system::error_code ec;
    auto asked = json::parse(subject.body, ec);
    json::array clips;
    for (const auto& id : subject.clip_ids)
        clips.emplace_back(id);
    const bool ended = subject.finished;
    return {{"task_id", subject.id},
            {"clip_ids", std::move(clips)},
            {"request", ec ? json::value(nullptr) : std::move(asked)},
            {"traceparent", subject.traceparent},
            {"state", state_of(subject)},
            {"result", ended ? json::value(name_of(subject.result)) : json::value(nullptr)},
            {"message", ended ? json::value(subject.message) : json::value(nullptr)},
            {"created_ms", subject.created_ms},
            {"finished_ms", time_or_null(subject.finished_ms)},
            {"refunded", subject.refunded},
            {"polls", subject.polls},
            {"first_poll_ms", time_or_null(subject.first_poll_ms)},
            {"last_poll_ms", time_or_null(subject.last_poll_ms)},
            {"downloads", subject.downloads},
            {"wav_downloads", subject.wav_downloads}};
}

json::array lyrics_list(const backend& all) {
    json::array list;
    for (const lyrics_task& each : all.lyrics)
        list.push_back(json::object{{"task_id", each.id},
                                    {"prompt", each.prompt},
                                    {"state", state_of(each)},
                                    {"refunded", each.refunded},
                                    {"polls", each.polls},
                                    {"traceparent", each.traceparent}});
    return list;
}

json::array creates_by_key(const statistics& counts) {
    json::array list;
    for (const auto& [key, creates] : counts.creates_by_key)
        list.push_back(json::object{{"sound", creates.sound},
                                    {"lyrics", creates.lyrics},
                                    {"title", creates.title},
                                    {"received", creates.received},
                                    {"accepted", creates.accepted}});
    return list;
}

// The largest number of tasks that one and the same request has brought about.
std::uint64_t most_alike(const statistics& counts) {
    std::uint64_t most = 0;
    for (const auto& [key, creates] : counts.creates_by_key)
        most = std::max(most, creates.accepted);
    return most;
}

json::array webhook_list(const webhook_sender& webhooks) {
    json::array list;
    for (const auto& record : webhooks.records())
        list.push_back(
            json::object{{"event_id", record.event_id},
                         {"task_id", record.task_id},
                         {"event", record.event},
                         {"url", record.url},
                         {"mode", name_of(record.mode)},
                         {"attempt", record.attempt},
                         {"at_ms", record.at_ms},
                         {"status", record.status != 0 ? json::value(record.status) : json::value(nullptr)},
                         {"error", record.error.empty() ? json::value(nullptr) : json::value(record.error)}});
    return list;
}

json::object headers(const boost::beast::http::fields& fields) {
    json::object object;
    for (const auto& field : fields) {
        std::string name{field.name_string().data(), field.name_string().size()};
        for (auto& c : name)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        object[name] = json::string_view{field.value().data(), field.value().size()};
    }
    return object;
}

json::object counts_of(const auto& by_name) {
    json::object object;
    for (const auto& [name, count] : by_name) {
        if constexpr (std::is_same_v<std::decay_t<decltype(name)>, std::string>)
            object[name] = count;
        else
            object[std::to_string(name)] = count;
    }
    return object;
}

json::object cdn_report(const statistics& counts) {
    return {{"requests", counts.cdn_requests},
            {"requests_with_credentials", counts.cdn_requests_with_credentials},
            {"by_status", counts_of(counts.cdn_by_status)}};
}

json::object credits_report(const credits& balance) {
    return {{"credits", balance.monthly},
            {"extra_credits", balance.extra},
            {"charged", balance.charged},
            {"refunded", balance.refunded}};
}

json::object switches_report(const switches& flags) {
    return {{"unauthorized", flags.unauthorized},
            {"dead", flags.dead},
            {"retired", flags.retired},
            {"throttle", flags.limiter.has_value()}};
}

}  // namespace

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        if (pair.substr(0, equals) == name)
            return decoded(pair.substr(std::min(equals + 1, pair.size())));
    }
    return std::nullopt;
}

json::object state_report(const backend& all, bool with_tasks) {
    const auto& counts = all.counts;
    json::object report{{"creates_received", counts.creates_received},
                        {"creates_accepted", counts.creates_accepted},
                        {"creates_by_answer", counts_of(counts.creates_by_answer)},
                        {"most_tasks_per_key", most_alike(counts)},
                        {"distinct_tasks", all.tasks.all().size()},
                        {"unfinished_tasks", counts.unfinished},
                        {"max_concurrent_seen", counts.most_unfinished},
                        {"lyrics_creates", counts.lyrics_creates},
                        {"lyrics_accepted", all.lyrics.size()},
                        {"polls", counts.polls},
                        {"polls_of_unknown_tasks", counts.polls_of_unknown_tasks},
                        {"max_polls_per_second", counts.poll_pace.most()},
                        {"credits_reads", counts.credits_reads},
                        {"unauthorized", counts.unauthorized},
                        {"credits", credits_report(all.balance)},
                        {"switches", switches_report(all.flags)},
                        {"cdn_url", all.cdn_url},
                        {"cdn", cdn_report(counts)},
                        {"webhooks_pending", all.webhooks.pending()},
                        {"last_create_headers", headers(counts.last_create_headers)}};
    if (!with_tasks)
        return report;
    json::object polls;
    for (const auto& subject : all.tasks.all())
        polls[subject.id] = subject.polls;
    report["polls_by_task"] = std::move(polls);
    report["creates_by_key"] = creates_by_key(counts);
    report["lyrics"] = lyrics_list(all);
    report["webhooks"] = webhook_list(all.webhooks);
    report["tasks"] = task_report(all, "");
    return report;
}

json::array task_report(const backend& all, std::string_view query) {
    const auto sound = query_value(query, "sound_contains");
    const auto lyrics = query_value(query, "lyrics_contains");
    const auto part = query_value(query, "title_contains");
    const auto title = query_value(query, "title");
    const auto state = query_value(query, "state");
    const auto has = [](const std::optional<std::string>& text, const std::optional<std::string>& wanted) {
        return !wanted || (text && text->find(*wanted) != std::string::npos);
    };
    json::array list;
    for (const auto& subject : all.tasks.all()) {
        const auto& asked = subject.asked;
        if (has(asked.sound, sound) && has(asked.lyrics, lyrics) && has(asked.title, part) &&
            (!title || asked.title == title) && (!state || state_of(subject) == *state))
            list.push_back(one_task(subject));
    }
    return list;
}

}  // namespace simulator
