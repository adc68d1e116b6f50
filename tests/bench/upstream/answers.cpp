#include "tests/bench/upstream/answers.hpp"

namespace bench::upstream {

namespace {

std::string clip(std::string_view task_id, std::string_view url) {
    const std::string id{task_id};
    return "{\"clip_id\":\"" + id + "\",\"title\":\"Bench\",\"sound\":null,\"lyrics\":null,\"audio_url\":\"" +
           std::string{url} + "/audio/" + id + ".m4a\",\"image_url\":null,\"video_url\":null," +
           "\"created_at\":\"2026-05-04T09:12:41.120934Z\",\"mv\":\"FUZZ-2.0\",\"seed\":\"2718281828\"," +
           "\"duration\":6.0,\"state\":\"succeeded\"}";
}

}  // namespace

void append_answer(std::string& out, std::string_view status, std::string_view content_type,
                   std::string_view body) {
    out.append("HTTP/1.1 ").append(status).append("\r\nContent-Type: ").append(content_type);
    out.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

void append_json(std::string& out, std::string_view body) {
    append_answer(out, "200 OK", "application/json", body);
}

void append_accepted(std::string& out, std::string_view task_id) {
    out.append("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 70\r\n\r\n");
    out.append(R"({"message":"success","task_id":")").append(task_id).append("\"}");
}

std::string finished_task(std::string_view task_id, std::string_view url) {
    return R"({"code":200,"status":"SUCCESS","message":"success","data":[)" + clip(task_id, url) + "]}";
}

std::string completed_event(std::string_view task_id, std::string_view url) {
    return R"({"code":200,"message":"success","task_id":")" + std::string{task_id} +
           R"(","platform":"producer","event":"song.completed","data":[)" + clip(task_id, url) + "]}";
}

}  // namespace bench::upstream
