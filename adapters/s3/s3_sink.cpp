#include "adapters/s3/s3_sink.hpp"

#include "gateway/media/file_names.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/quiet_cancellation.hpp"

namespace adapters::s3 {

namespace asio = boost::asio;
using gateway::errc;
using gateway::result;
using gateway::stored_audio;

namespace {

constexpr std::size_t most_left_behind = 100;

}  // namespace

s3_sink::~s3_sink() {
    if (file_)
        room_->threads.release(std::move(file_));
}

asio::awaitable<result<void>> s3_sink::write(std::string bytes) {
    if (!std::exchange(usable_, false))
        co_return make_error_code(errc::archive_failed);
    if (bytes.size() > archive_->largest_file - size_)
        co_return make_error_code(errc::body_too_large);
    const std::uint64_t offset = size_;
    size_ += bytes.size();
    auto work = [file = file_, offset, bytes = std::move(bytes)] { return file->write_at(offset, bytes); };
    const auto written = co_await room_->threads.run<void>(std::move(work));
    usable_ = written.has_value();
    co_return written;
}

asio::awaitable<result<stored_audio>> s3_sink::keep() {
    if (!std::exchange(usable_, false))
        co_return make_error_code(errc::archive_failed);
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    auto kept = co_await store();
    // Nobody needs the copy any more: it is gone before the caller hears of anything.
    auto drop = [file = std::move(file_)]() mutable -> result<void> {
        file.reset();
        return {};
    };
    co_await room_->threads.run<void>(std::move(drop));
    co_await asio::this_coro::throw_if_cancelled(throwing);
    co_return kept;
}

asio::awaitable<result<stored_audio>> s3_sink::store() {
    auto look = [file = file_] { return file->probe(); };
    auto audio = co_await room_->threads.run<stored_audio>(std::move(look));
    if (!audio)
        co_return audio.error();

    const auto by = gateway::deadline::after(archive_->keep_timeout);
    upload_plan plan;
    plan.key = archive_->link->place().key_of(track_id_, audio->extension);
    plan.file = file_;
    plan.size = audio->bytes;
    plan.part_size = archive_->part_size;
    plan.content_type = audio->mime_type;
    plan.content_disposition =
        "inline; filename=\"" + gateway::media::file_name(track_id_, audio->extension) + "\"";
    upload sending{*archive_->link, room_->threads, plan};
    const auto sent = co_await sending.run(by);
    if (!sent) {
        if (!sending.unfinished().empty() && archive_->left_behind.size() < most_left_behind)
            archive_->left_behind.emplace_back(plan.key, sending.unfinished());
        co_return sent.error();
    }
    co_await remove_other_formats(audio->extension, by);
    co_return audio;
}

// Of an earlier file of the same track: usually there is none. Whatever stays is for retention.
asio::awaitable<void> s3_sink::remove_other_formats(std::string kept, gateway::deadline by) {
    bucket_link& link = *archive_->link;
    operation what;
    what.query = {{"list-type", "2"}, {"prefix", link.place().key_of(track_id_, "")}, {"max-keys", "10"}};
    const reply listed = co_await link.perform(what, by);
    const auto page = listed.ok() ? read_object_page(listed.answer.body) : std::nullopt;
    if (!page) {
        gateway::log::warning("archive_not_tidied", {{"why", listed.trouble}});
        co_return;
    }
    for (const listed_object& each : page->objects) {
        if (each.key == link.place().key_of(track_id_, kept) || !link.place().is_ours(each.key))
            continue;
        operation removal;
        removal.method = "DELETE";
        removal.key = each.key;
        const reply removed = co_await link.perform(removal, by);
        if (!removed.ok() && !removed.missing())
            gateway::log::warning("archive_not_tidied", {{"why", removed.trouble}});
    }
}

}  // namespace adapters::s3
