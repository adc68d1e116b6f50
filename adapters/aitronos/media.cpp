#include "adapters/aitronos/media.hpp"

#include "adapters/aitronos/byte_range.hpp"
#include "adapters/aitronos/entity_tag.hpp"
#include "adapters/aitronos/envelope.hpp"
#include "gateway/http/trimmed.hpp"
#include "gateway/media/media_types.hpp"
#include "gateway/runtime/log.hpp"

#include <algorithm>
#include <optional>

namespace adapters::aitronos {

namespace asio = boost::asio;
using gateway::audio_source;
using gateway::errc;
using gateway::http::request;
using gateway::http::response;
using gateway::service::refused;

namespace {

constexpr std::size_t piece = 128 * 1024;

// The bytes from `offset` on; the archive reads each piece when the one before has been sent.
class file_slice final : public gateway::http::body_stream {
public:
    file_slice(std::unique_ptr<audio_source> source, std::uint64_t offset, std::uint64_t length)
        : source_{std::move(source)}, offset_{offset}, left_{length} {}

    asio::awaitable<gateway::result<std::string>> next() override {
        if (left_ == 0)
            co_return std::string{};
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece, left_));
        auto bytes = co_await source_->read(offset_, wanted);
        if (!bytes)
            co_return bytes.error();
        if (bytes->empty() || bytes->size() > wanted)
            co_return make_error_code(errc::archive_failed);  // the file has shrunk under us
        offset_ += bytes->size();
        left_ -= bytes->size();
        co_return std::move(*bytes);
    }

private:
    std::unique_ptr<audio_source> source_;
    std::uint64_t offset_;
    std::uint64_t left_;
};

// Strong: a track's file never changes but by a new conversion, which changes its size.
std::string etag_of(const playback_grant& grant, std::uint64_t size) {
    return '"' + grant.track_id + '-' + grant.extension + '-' + std::to_string(size) + '"';
}

// Ranges are for GET alone (RFC 9110, 14.2). An If-Range that is not our tag, a date included, asks for
// everything.
wanted_bytes wanted_of(const request& incoming, std::string_view etag, std::uint64_t size) {
    if (incoming.method != gateway::http::method::get)
        return whole_file{};
    const std::string* range = nullptr;
    for (const auto& [name, value] : incoming.headers) {
        if (name == "range" && range)
            return whole_file{};
        if (name == "range")
            range = &value;
        if (name == "if-range" && gateway::http::trimmed(value) != etag)
            return whole_file{};
    }
    return range ? read_range(*range, size) : wanted_bytes{whole_file{}};
}

response unsatisfiable(const request& incoming, std::uint64_t size,
                       std::chrono::system_clock::time_point now) {
    response answer = error_response(range_not_satisfiable,
                                     {.system_message = "the range begins beyond the end of the file",
                                      .trace_id = incoming.request_id,
                                      .now = now});
    answer.set("content-range", "bytes */" + std::to_string(size));
    answer.set("accept-ranges", "bytes");
    return answer;
}

void set_file_headers(response& answer, const playback_grant& grant, std::string etag,
                      std::chrono::sys_seconds now) {
    answer.set("etag", std::move(etag));
    answer.set("accept-ranges", "bytes");
    answer.set("cache-control", "private, max-age=" + std::to_string((grant.expires - now).count()));
}

response file_response(const playback_grant& grant, std::unique_ptr<audio_source> source,
                       const wanted_bytes& wanted) {
    const std::uint64_t size = source->size();
    const auto* part = std::get_if<byte_range>(&wanted);
    const std::uint64_t offset = part ? part->first : 0;

    response answer;
    answer.status = part ? 206 : 200;
    answer.content_type = gateway::media::mime_type_of(grant.extension);
    answer.stream_bytes = part ? part->last - part->first + 1 : size;
    answer.stream = std::make_unique<file_slice>(std::move(source), offset, answer.stream_bytes);
    answer.set("content-disposition", "inline; filename=\"" + grant.track_id + '.' + grant.extension + '"');
    answer.set("x-content-type-options", "nosniff");
    if (part)
        answer.set("content-range", "bytes " + std::to_string(part->first) + '-' +
                                        std::to_string(part->last) + '/' + std::to_string(size));
    return answer;
}

}  // namespace

asio::awaitable<response> media::serve(const request& incoming, std::string file) const {
    const auto clock = std::chrono::system_clock::now();
    const auto now = std::chrono::floor<std::chrono::seconds>(clock);
    const auto grant = urls_.verify(file, incoming.query, now);
    if (!grant)
        co_return refusal_response(grant.error(), incoming.request_id, clock);

    auto opened = co_await archive_.open(grant->track_id, grant->extension);
    if (!opened) {
        if (is(opened.error(), errc::not_found))
            co_return refusal_response(refused(errc::not_found, "the audio is gone"), incoming.request_id,
                                       clock);
        gateway::log::error("media_failed",
                            {{"request_id", incoming.request_id}, {"reason", opened.error().message()}});
        co_return refusal_response(refused(errc::archive_failed, {}), incoming.request_id, clock);
    }

    const std::uint64_t size = (*opened)->size();
    const std::string etag = etag_of(*grant, size);
    response answer;
    const condition asked = condition_of(incoming, etag);
    if (asked == condition::failed)
        co_return error_response(
            precondition_failed,
            {.system_message = "the file is another one", .trace_id = incoming.request_id, .now = clock});
    if (asked == condition::not_modified) {
        answer.status = 304;
        set_file_headers(answer, *grant, etag, now);
        co_return answer;
    }
    const wanted_bytes wanted = wanted_of(incoming, etag, size);
    if (std::holds_alternative<unsatisfiable_range>(wanted))
        co_return unsatisfiable(incoming, size, clock);
    answer = file_response(*grant, std::move(*opened), wanted);
    set_file_headers(answer, *grant, etag, now);
    co_return answer;
}

}  // namespace adapters::aitronos
