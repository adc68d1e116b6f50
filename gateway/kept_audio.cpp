#include "gateway/kept_audio.hpp"

#include "adapters/archive/folder_archive.hpp"
#include "adapters/s3/s3_archive.hpp"
#include "gateway/parts_settings.hpp"
#include "gateway/runtime/log.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gateway {

namespace asio = boost::asio;
using adapters::archive::folder_archive;
using adapters::s3::s3_archive;
using adapters::s3::waiting_room;

namespace {

asio::awaitable<void> nothing_to_do() {
    co_return;
}

}  // namespace

struct kept_audio::parts {
    http_client::resolver& names;
    std::shared_ptr<folder_archive> folder;  // one of the two
    std::shared_ptr<waiting_room> room;
    adapters::s3::s3_settings bucket;
};

kept_audio::kept_audio(const config::settings& from, http_client::resolver& names)
    : parts_{new parts{names, nullptr, nullptr, {}}} {
    const std::string& path = from.audio.archive.path;
    if (from.audio.archive.kind == config::archive_kind::s3) {
        parts_->room = std::make_shared<waiting_room>(path);
        parts_->bucket = bucket_settings(from);
    } else {
        parts_->folder = std::make_shared<folder_archive>(adapters::archive::folder_settings{.path = path});
    }
}

kept_audio::~kept_audio() = default;

kept_audio::on_thread kept_audio::archive_on(asio::any_io_executor executor) const {
    on_thread made;
    if (parts_->folder) {
        made.archive_ = parts_->folder;
        made.keep_ready_ = nothing_to_do;
        made.remove_older_than_ = [folder = parts_->folder](std::chrono::seconds age, std::size_t limit) {
            return folder->remove_older_than(age, limit);
        };
        return made;
    }
    const auto bucket =
        std::make_shared<s3_archive>(std::move(executor), parts_->names, parts_->room, parts_->bucket);
    made.archive_ = bucket;
    made.keep_ready_ = [bucket] { return bucket->keep_ready(); };
    made.remove_older_than_ = [bucket](std::chrono::seconds age, std::size_t limit) {
        return bucket->remove_older_than(age, limit);
    };
    return made;
}

asio::awaitable<void> kept_audio::on_thread::sweep(std::chrono::milliseconds retention) const {
    constexpr std::size_t files_a_minute = 1'000;
    asio::steady_timer timer{co_await asio::this_coro::executor};
    const auto age = std::chrono::ceil<std::chrono::seconds>(retention) + std::chrono::hours{24};
    for (;;) {
        auto sweeping = remove_older_than_(age, files_a_minute);
        const auto removed = co_await std::move(sweeping);
        if (!removed)
            log::warning("archive_sweep_failed", {{"reason", removed.error().message()}});
        else if (*removed > 0)
            log::info("archive_swept", {{"files", *removed}});
        timer.expires_after(std::chrono::minutes{1});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace gateway
