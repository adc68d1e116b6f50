#include "adapters/s3/s3_archive.hpp"

#include "adapters/s3/s3_sink.hpp"
#include "adapters/s3/s3_source.hpp"
#include "adapters/s3/s3_sweep.hpp"
#include "gateway/media/file_names.hpp"
#include "gateway/media/media_types.hpp"
#include "gateway/runtime/quiet_cancellation.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <filesystem>
#include <stdexcept>

namespace adapters::s3 {

namespace asio = boost::asio;
using gateway::errc;
using gateway::result;

namespace {

constexpr std::chrono::seconds housekeeping_every{2};
constexpr std::chrono::seconds patience{30};        // for what a player or an operator waits for
constexpr std::chrono::seconds sweep_patience{50};  // a sweep a minute
constexpr unsigned file_threads = 2;

std::string made(const std::string& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure)
        throw std::runtime_error("audio cannot wait for its upload in the folder '" + folder +
                                 "': " + failure.message());
    return folder;
}

std::string endpoint_of(const s3_settings& settings) {
    return settings.endpoint.empty() ? "https://s3." + settings.region + ".amazonaws.com" : settings.endpoint;
}

bucket_place public_place_of(const s3_settings& settings) {
    const std::string& there =
        settings.public_endpoint.empty() ? endpoint_of(settings) : settings.public_endpoint;
    return {there, settings.bucket, settings.prefix, settings.how};
}

link_settings link_settings_of(s3_settings&& from) {
    return {.place = {endpoint_of(from), from.bucket, from.prefix, from.how},
            .region = std::move(from.region),
            .keys = std::move(from.keys),
            .certificate_authority = std::move(from.certificate_authority),
            .connections = from.connections,
            .attempts = from.attempts,
            .attempt_timeout = from.attempt_timeout,
            .long_attempt_timeout = from.upload_attempt_timeout,
            .between_attempts = from.between_attempts,
            .now = std::move(from.now)};
}

}  // namespace

waiting_room::waiting_room(const std::string& folder)
    : files{made(folder) + "/.partial"}, threads{file_threads, make_error_code(errc::archive_failed)} {}

s3_archive::s3_archive(asio::any_io_executor executor, gateway::http_client::resolver& names,
                       std::shared_ptr<waiting_room> room, s3_settings settings)
    : room_{std::move(room)},
      public_place_{public_place_of(settings)},
      presign_{settings.presign},
      abandoned_{settings.abandoned},
      shared_{std::make_shared<shared>()} {
    shared_->largest_file = settings.largest_file;
    shared_->part_size = settings.part_size;
    shared_->keep_timeout = settings.keep_timeout;
    shared_->link =
        std::make_shared<bucket_link>(std::move(executor), names, link_settings_of(std::move(settings)));
    sweep_ = std::make_unique<s3_sweep>(*shared_->link);
}

s3_archive::~s3_archive() = default;

asio::awaitable<void> s3_archive::keep_ready() {
    co_await gateway::stop_throwing_when_cancelled();
    asio::steady_timer pause{co_await asio::this_coro::executor};
    for (;;) {
        co_await shared_->link->keep_house();
        while (!shared_->left_behind.empty()) {
            auto [key, id] = std::move(shared_->left_behind.front());
            shared_->left_behind.pop_front();
            const auto by = gateway::deadline::after(patience);
            const reply aborted = co_await abort_upload(*shared_->link, std::move(key), std::move(id), by);
            if (!aborted.ok())
                store_failure("giving up an upload", aborted);
        }
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
        pause.expires_after(housekeeping_every);
        const auto [stopped] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (stopped)
            co_return;
    }
}

asio::awaitable<result<std::unique_ptr<gateway::audio_sink>>> s3_archive::begin(std::string track_id) {
    if (!gateway::media::is_track_id(track_id))
        co_return make_error_code(errc::archive_failed);
    auto work = [room = room_.get(), track_id] { return room->files.begin(track_id); };
    auto file = co_await room_->threads.run<std::shared_ptr<gateway::media::partial_file>>(std::move(work));
    if (!file)
        co_return file.error();
    co_return std::make_unique<s3_sink>(std::move(track_id), std::move(*file), shared_, room_);
}

asio::awaitable<result<std::unique_ptr<gateway::audio_source>>> s3_archive::open(std::string track_id,
                                                                                 std::string extension) {
    if (!gateway::media::is_track_id(track_id) || !gateway::media::is_extension(extension))
        co_return make_error_code(errc::not_found);
    const auto link = shared_->link;
    operation what;
    what.method = "HEAD";
    what.key = link->place().key_of(track_id, extension);
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    reply seen = co_await link->perform(what, gateway::deadline::after(patience));
    co_await asio::this_coro::throw_if_cancelled(throwing);
    if (seen.missing())
        co_return make_error_code(errc::not_found);
    if (seen.ok() && !seen.answer.content_length)
        seen.trouble = "an answer that does not tell the object's size";
    if (!seen.ok())
        co_return store_failure("opening an object", seen);
    co_return std::make_unique<s3_source>(link, std::move(what.key), *seen.answer.content_length,
                                          std::move(seen.answer.etag));
}

// The headers that the answer will have are in the address, whatever the object was stored with.
std::optional<std::string> s3_archive::direct_url(std::string_view track_id, std::string_view extension,
                                                  std::chrono::seconds ttl) {
    if (!presign_)
        return std::nullopt;
    name_values query{{"response-content-type", std::string{gateway::media::mime_type_of(extension)}},
                      {"response-content-disposition",
                       "inline; filename=\"" + gateway::media::file_name(track_id, extension) + "\""}};
    const std::string key = public_place_.key_of(track_id, extension);
    return public_place_.address_of(key) + "?" +
           shared_->link->presigned(public_place_, key, std::move(query), ttl);
}

asio::awaitable<result<void>> s3_archive::remove(std::string track_id, std::string extension) {
    if (!gateway::media::is_track_id(track_id) || !gateway::media::is_extension(extension))
        co_return result<void>{};  // no such object
    const auto link = shared_->link;
    operation what;
    what.method = "DELETE";
    what.key = link->place().key_of(track_id, extension);
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    const reply removed = co_await link->perform(what, gateway::deadline::after(patience));
    co_await asio::this_coro::throw_if_cancelled(throwing);
    if (!removed.ok() && !removed.missing())
        co_return store_failure("removing an object", removed);
    co_return result<void>{};
}

asio::awaitable<result<std::size_t>> s3_archive::remove_older_than(std::chrono::seconds age,
                                                                   std::size_t limit) {
    auto tidy = [room = room_.get()]() -> result<void> {
        room->files.remove_stale();
        return {};
    };
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    co_await room_->threads.run<void>(std::move(tidy));
    const sweep_limits limits{age, limit, abandoned_};
    auto removed = co_await sweep_->remove_old(limits, gateway::deadline::after(sweep_patience));
    co_await asio::this_coro::throw_if_cancelled(throwing);
    co_return removed;
}

}  // namespace adapters::s3
