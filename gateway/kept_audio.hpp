#pragma once
// Where finished audio is kept, as configured: one folder for all threads, or a bucket with an archive on
// each thread. Beside main, since it sees the archives and the configuration.

#include "config/settings.hpp"
#include "gateway/domain/audio_archive.hpp"
#include "gateway/http_client/resolver.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace gateway {

// What all threads share of it. Immutable after construction; outlives every archive made from it.
class kept_audio {
public:
    // Blocks: touches the folder. `names` outlives it. Throws std::exception with a sentence for the operator
    // when the folder cannot be used.
    kept_audio(const config::settings& from, http_client::resolver& names);
    ~kept_audio();
    kept_audio(const kept_audio&) = delete;
    kept_audio& operator=(const kept_audio&) = delete;

    // The archive as one thread uses it.
    class on_thread {
    public:
        audio_archive& archive() const noexcept { return *archive_; }

        // What keeps it in order, until cancelled.
        boost::asio::awaitable<void> keep_ready() const { return keep_ready_(); }

        // Forgets audio a day after its job: a playback URL given out at the last moment still works. Until
        // cancelled; on one thread.
        boost::asio::awaitable<void> sweep(std::chrono::milliseconds retention) const;

    private:
        friend class kept_audio;
        std::shared_ptr<audio_archive> archive_;
        std::function<boost::asio::awaitable<void>()> keep_ready_;
        std::function<boost::asio::awaitable<result<std::size_t>>(std::chrono::seconds, std::size_t)>
            remove_older_than_;
    };
    on_thread archive_on(boost::asio::any_io_executor executor) const;

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace gateway
