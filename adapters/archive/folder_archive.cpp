#include "adapters/archive/folder_archive.hpp"

#include "adapters/archive/audio_folder.hpp"
#include "gateway/media/file_names.hpp"
#include "gateway/runtime/blocking_threads.hpp"

#include <utility>

namespace adapters::archive {

namespace asio = boost::asio;
using gateway::blocking_threads;
using gateway::errc;
using gateway::result;
using gateway::media::is_track_id;
using gateway::media::partial_file;

namespace {

class folder_sink final : public gateway::audio_sink {
public:
    folder_sink(std::string track_id, std::uint64_t largest, std::shared_ptr<partial_file> file,
                std::shared_ptr<const audio_folder> folder, std::shared_ptr<blocking_threads> threads)
        : track_id_{std::move(track_id)},
          largest_{largest},
          file_{std::move(file)},
          folder_{std::move(folder)},
          threads_{std::move(threads)} {}

    ~folder_sink() override {
        if (file_)
            threads_->release(std::move(file_));
    }

    asio::awaitable<result<void>> write(std::string bytes) override {
        if (!std::exchange(usable_, false))
            co_return make_error_code(errc::archive_failed);
        if (bytes.size() > largest_ - size_)
            co_return make_error_code(errc::body_too_large);

        const std::uint64_t offset = size_;
        size_ += bytes.size();
        auto work = [file = file_, offset, bytes = std::move(bytes)] {
            return file->write_at(offset, bytes);
        };
        const auto written = co_await threads_->run<void>(std::move(work));
        usable_ = written.has_value();
        co_return written;
    }

    asio::awaitable<result<gateway::stored_audio>> keep() override {
        if (!std::exchange(usable_, false))
            co_return make_error_code(errc::archive_failed);
        // The work is the last owner: what is not published is gone before the caller hears of it.
        auto work = [file = std::move(file_), folder = folder_, track_id = track_id_] {
            return folder->publish(track_id, *file);
        };
        auto kept = co_await threads_->run<gateway::stored_audio>(std::move(work));
        co_return kept;
    }

private:
    std::string track_id_;
    std::uint64_t largest_;
    std::uint64_t size_ = 0;
    bool usable_ = true;  // false while a call is on its way, and for good after one that did not succeed
    std::shared_ptr<partial_file> file_;
    std::shared_ptr<const audio_folder> folder_;
    std::shared_ptr<blocking_threads> threads_;
};

class folder_source final : public gateway::audio_source {
public:
    folder_source(std::shared_ptr<const finished_file> file, std::shared_ptr<blocking_threads> threads)
        : file_{std::move(file)}, threads_{std::move(threads)} {}

    std::uint64_t size() const noexcept override { return file_->size(); }

    asio::awaitable<result<std::string>> read(std::uint64_t offset, std::size_t most) override {
        auto work = [file = file_, offset, most] { return file->read(offset, most); };
        auto bytes = co_await threads_->run<std::string>(std::move(work));
        co_return bytes;
    }

private:
    std::shared_ptr<const finished_file> file_;
    std::shared_ptr<blocking_threads> threads_;
};

}  // namespace

folder_archive::folder_archive(folder_settings settings)
    : largest_file_{settings.largest_file},
      folder_{std::make_shared<audio_folder>(settings.path)},
      threads_{std::make_shared<blocking_threads>(2, make_error_code(errc::archive_failed))} {}

folder_archive::~folder_archive() = default;

asio::awaitable<result<std::unique_ptr<gateway::audio_sink>>> folder_archive::begin(std::string track_id) {
    if (!is_track_id(track_id))
        co_return make_error_code(errc::archive_failed);
    auto work = [folder = folder_, track_id] { return folder->begin(track_id); };
    auto file = co_await threads_->run<std::shared_ptr<partial_file>>(std::move(work));
    if (!file)
        co_return file.error();
    co_return std::make_unique<folder_sink>(std::move(track_id), largest_file_, std::move(*file), folder_,
                                            threads_);
}

asio::awaitable<result<std::unique_ptr<gateway::audio_source>>> folder_archive::open(std::string track_id,
                                                                                     std::string extension) {
    auto work = [folder = folder_, track_id = std::move(track_id), extension = std::move(extension)] {
        return folder->open(track_id, extension);
    };
    auto file = co_await threads_->run<std::shared_ptr<const finished_file>>(std::move(work));
    if (!file)
        co_return file.error();
    co_return std::make_unique<folder_source>(std::move(*file), threads_);
}

asio::awaitable<result<void>> folder_archive::remove(std::string track_id, std::string extension) {
    auto work = [folder = folder_, track_id = std::move(track_id), extension = std::move(extension)] {
        return folder->remove(track_id, extension);
    };
    const auto removed = co_await threads_->run<void>(std::move(work));
    co_return removed;
}

asio::awaitable<result<std::size_t>> folder_archive::remove_older_than(std::chrono::seconds age,
                                                                       std::size_t limit) {
    auto work = [folder = folder_, age, limit] { return folder->remove_older_than(age, limit); };
    const auto removed = co_await threads_->run<std::size_t>(std::move(work));
    co_return removed;
}

}  // namespace adapters::archive
