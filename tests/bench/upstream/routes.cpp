#include "tests/bench/upstream/routes.hpp"

#include "tests/bench/upstream/answers.hpp"
#include "tests/bench/wire/socket.hpp"

#include <charconv>

namespace bench::upstream {

namespace {

constexpr std::string_view create_path = "/api/v1/producer/create";
constexpr std::string_view task_path = "/api/v1/producer/task/";
constexpr std::string_view credits_path = "/api/v1/get-credits";
constexpr std::string_view audio_path = "/audio/";
constexpr std::string_view control_path = "/_bench/";
constexpr std::string_view piece_mark = "Piece ";
constexpr std::string_view finish_setting = "settings?finish_after_ms=";
constexpr std::string_view spread_setting = "&spread_percent=";

std::string_view path_of(std::string_view head) {
    const std::size_t start = head.find(' ') + 1;
    return head.substr(start, head.find(' ', start) - start);
}

std::int64_t number_at(std::string_view text, std::int64_t otherwise) {
    std::int64_t number = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::int64_t piece_in(std::string_view body) {
    const std::size_t mark = body.find(piece_mark);
    return mark == body.npos ? -1 : number_at(body.substr(mark + piece_mark.size()), -1);
}

// Both values are plain ASCII without escapes: the gateway made them.
std::string_view text_member(std::string_view body, std::string_view quoted_name) {
    const std::size_t name = body.find(quoted_name);
    if (name == body.npos)
        return {};
    const std::size_t start = name + quoted_name.size();
    return body.substr(start, body.find('"', start) - start);
}

}  // namespace

void routes::answer(std::string_view head, std::string_view body, std::string& out) {
    const std::string_view path = path_of(head);
    if (path == create_path)
        create(body, out);
    else if (path.starts_with(task_path))
        poll(path.substr(task_path.size()), out);
    else if (path.starts_with(audio_path))
        append_answer(out, "200 OK", "audio/mp4", audio_);
    else if (path == credits_path)
        append_json(out, R"({"credits":100000000,"extra_credits":0})");
    else if (path.starts_with(control_path))
        control(path.substr(control_path.size()), out);
    else
        append_answer(out, "404 Not Found", "text/html", "<h1>Not found</h1>");
}

void routes::create(std::string_view body, std::string& out) {
    const std::int64_t now = wire::now_ns();
    const std::uint64_t number = tasks_.create(piece_in(body), now);
    append_accepted(out, id_of(number));
    const task& made = tasks_.all().back();
    if (made.done_ns == 0)
        return;
    if (const auto url = text_member(body, "\"webhook_url\":\""); !url.empty()) {
        const auto secret = text_member(body, "\"webhook_secret\":\"");
        webhooks_.send(
            {made.done_ns, std::string{url}, std::string{secret}, completed_event(id_of(number), url_)});
    }
}

void routes::poll(std::string_view id, std::string& out) {
    const std::int64_t now = wire::now_ns();
    const task* found = tasks_.look(id, now);
    if (!found)
        append_answer(out, "404 Not Found", "application/json",
                      R"({"type":"not_found","error":"task not found"})");
    else if (found->done_ns != 0 && found->done_ns <= now)
        append_json(out, finished_task(id, url_));
    else
        append_json(out, R"({"code":200,"status":"RUNNING","message":"processing","data":[]})");
}

void routes::control(std::string_view path, std::string& out) {
    if (path == "counts") {
        append_json(out, tasks_.counts_json().insert(1, webhooks_.counts_json() + ","));
    } else if (path == "tasks") {
        append_answer(out, "200 OK", "text/plain", tasks_.lines());
    } else if (path.starts_with(finish_setting)) {
        const std::size_t spread = path.find(spread_setting);
        tasks_.finish_after(
            number_at(path.substr(finish_setting.size()), 0),
            spread == path.npos ? 0 : number_at(path.substr(spread + spread_setting.size()), 0));
        append_json(out, "{}");
    } else if (path == "reset") {
        tasks_.reset();
        append_json(out, "{}");
    } else {
        append_answer(out, "404 Not Found", "application/json", "{}");
    }
}

}  // namespace bench::upstream
