#include "cdn.hpp"

#include "byte_range.hpp"
#include "lifecycle.hpp"

namespace simulator {

namespace http = boost::beast::http;

namespace {

constexpr std::string_view folder = "/producer/";
constexpr std::size_t uuid_size = 36;
constexpr std::string_view private_address = "http://169.254.169.254/latest/meta-data/";

std::string_view text_of(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

answer file_answer(const media_file& file) {
    answer reply;
    reply.content_type = file.content_type;
    reply.headers = {{"Accept-Ranges", "bytes"}, {"ETag", "\"" + std::to_string(file.bytes->size()) + "\""}};
    reply.stream.emplace();
    reply.stream->bytes = file.bytes;
    reply.stream->length = file.bytes->size();
    return reply;
}

void apply_range(answer& reply, std::string_view header) {
    const auto size = reply.stream->length;
    const auto range = read_byte_range(header, size);
    if (range.kind == byte_range::whole)
        return;
    if (range.kind == byte_range::unsatisfiable) {
        reply = html_answer(416);
        reply.headers = {{"Content-Range", "bytes */" + std::to_string(size)}};
        return;
    }
    reply.status = 206;
    reply.stream->first = range.first;
    reply.stream->length = range.length;
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                    std::to_string(range.first + range.length - 1) + "/" +
                                                    std::to_string(size));
}

// The faults that replace the file altogether.
std::optional<answer> instead_of_file(const task& subject, const cdn_behaviour& plan,
                                      std::string_view target) {
    if (plan.hang)
        return plain_ending(answer::ending::hang);
    const auto age = steady::now() - subject.finished_at;
    if (age < plan.not_found)
        return html_answer(404);
    if (plan.expires && age >= *plan.expires)
        return html_answer(plan.expired_status);
    if (plan.status)
        return html_answer(*plan.status);
    std::string location = plan.redirect_to.value_or("");
    if (plan.redirect_to_private)
        location = private_address;
    if (plan.redirect_loop)
        location = target;
    if (location.empty())
        return std::nullopt;
    auto reply = html_answer(302);
    reply.headers.emplace_back("Location", location);
    return reply;
}

// The faults of the file's own delivery. The range has been applied.
void spoil(answer& reply, const cdn_behaviour& plan) {
    if (!reply.stream)
        return;
    if (plan.content_type)
        reply.content_type = *plan.content_type;
    if (plan.huge_bytes != 0) {
        reply.stream->bytes = nullptr;
        reply.stream->length = plan.huge_bytes;
    }
    reply.stream->cut_after = plan.cut_after_bytes;
    reply.stream->bytes_per_second = plan.slow_bytes_per_s;
    reply.stream->declare_length = !plan.no_length;
}

answer audio_answer(backend& all, task& subject, const request& incoming, std::string_view ending) {
    settle_task(all, subject);
    if (!subject.finished || subject.result != task_result::success)
        return html_answer(404);

    static const cdn_behaviour well;
    const auto& script = subject.does->cdn;
    const auto kind = ending == ".m4a" ? audio_kind::m4a : audio_kind::wav;
    const bool spared =
        (script.times && subject.downloads >= *script.times) || (script.only && *script.only != kind);
    const auto& plan = spared ? well : script;
    if (incoming.method() == http::verb::get) {
        ++subject.downloads;
        subject.wav_downloads += kind == audio_kind::wav;
    }
    if (auto instead = instead_of_file(subject, plan, text_of(incoming.target())))
        return std::move(*instead);

    const auto* file = all.media.nearest(ending, subject.does->task.seconds.value_or(usual_seconds));
    if (plan.file)
        file = all.media.named(*plan.file);
    if (!file)
        return html_answer(404);
    auto reply = file_answer(*file);
    apply_range(reply, text_of(incoming[http::field::range]));
    spoil(reply, plan);
    return reply;
}

answer cover_answer(const backend& all) {
    const auto* file = all.media.named("cover.jpg");
    return file ? file_answer(*file) : html_answer(404);
}

answer find_answer(backend& all, const request& incoming) {
    if (incoming.method() != http::verb::get && incoming.method() != http::verb::head)
        return html_answer(405);
    auto path = text_of(incoming.target());
    path = path.substr(0, path.find('?'));
    if (!path.starts_with(folder) || path.size() <= folder.size() + uuid_size)
        return html_answer(404);
    path.remove_prefix(folder.size());
    auto* subject = all.tasks.find_by_clip(path.substr(0, uuid_size));
    const auto ending = path.substr(uuid_size);
    if (!subject)
        return html_answer(404);
    if (ending == ".m4a")
        return audio_answer(all, *subject, incoming, ".m4a");
    if (ending == "-wav.wav" && subject->does->task.wav_url)
        return audio_answer(all, *subject, incoming, ".wav");
    return ending == ".jpg" ? cover_answer(all) : html_answer(404);
}

}  // namespace

answer cdn_site::respond(request&& incoming) {
    auto& counts = all_.counts;
    ++counts.cdn_requests;
    if (incoming.count(http::field::authorization) != 0 || incoming.count("X-API-Key") != 0)
        ++counts.cdn_requests_with_credentials;
    auto reply = find_answer(all_, incoming);
    // A hang has no status.
    ++counts.cdn_by_status[reply.how == answer::ending::hang ? 0 : reply.status];
    return reply;
}

}  // namespace simulator
