#include "adapters/ffmpeg/workshop.hpp"

#include "adapters/ffmpeg/master_work.hpp"
#include "gateway/runtime/log.hpp"
#include "gateway/runtime/with_deadline.hpp"

#include <atomic>
#include <utility>
#include <vector>

namespace adapters::ffmpeg {

namespace asio = boost::asio;
using gateway::deadline;
using gateway::errc;
using gateway::measured_audio;
using gateway::result;
using gateway::stored_audio;

namespace {

constexpr std::size_t piece_size = 1024 * 1024;

template <class T>
result<T> as_ours(result<T> outcome) {
    if (!outcome && outcome.error() == asio::error::timed_out)
        return make_error_code(errc::deadline_exceeded);
    return outcome;
}

boost::system::error_code disk_failed(std::string_view doing, const boost::system::error_code& why) {
    gateway::log::error("audio_work_failed", {{"doing", doing}, {"why", why.message()}});
    return make_error_code(errc::audio_work_failed);
}

}  // namespace

// One order while it has its turn. Shared with the thread that works on it, which may be busy for a moment
// after the caller has gone: turn and folder are given up when both are done.
class workshop::errand {
    turns::turn turn_;  // first, so that it goes last: the next order begins when this one's files are gone

public:
    explicit errand(turns::turn mine) : turn_{std::move(mine)} {}

    std::atomic<bool> stop = false;
    std::shared_ptr<work_folder> folder;
    std::uint64_t fetched = 0;  // bytes
};

// The caller's share. However it ends, the work stops; the folder is removed off the caller's thread.
class workshop::held_errand {
public:
    held_errand(equipment& shared, errand_ptr held) : shared_{shared}, held_{std::move(held)} {}
    held_errand(const held_errand&) = delete;
    held_errand& operator=(const held_errand&) = delete;
    ~held_errand() {
        held_->stop = true;
        shared_.threads().release(std::move(held_));
    }

    const errand_ptr& get() const noexcept { return held_; }

private:
    equipment& shared_;
    errand_ptr held_;
};

workshop::workshop(equipment& shared, gateway::audio_archive& archive) : shared_{shared}, archive_{archive} {}

bool workshop::equipped() const noexcept {
    return shared_.tools().has_value();
}

asio::awaitable<result<stored_audio>> workshop::make(gateway::master_order order, deadline by) {
    if (!equipped() || order.clips.empty())
        co_return make_error_code(errc::audio_work_failed);
    auto work = make_in_time(std::move(order), by);
    auto made = co_await gateway::with_deadline(std::move(work), by);
    co_return as_ours(std::move(made));
}

asio::awaitable<result<measured_audio>> workshop::measure(gateway::archived_audio of, deadline by) {
    if (!equipped())
        co_return make_error_code(errc::audio_work_failed);
    auto work = measure_in_time(std::move(of), by);
    auto measured = co_await gateway::with_deadline(std::move(work), by);
    co_return as_ours(std::move(measured));
}

asio::awaitable<result<stored_audio>> workshop::make_in_time(gateway::master_order order, deadline by) {
    auto begun = co_await begin(by);
    if (!begun)
        co_return begun.error();
    const held_errand mine{shared_, std::move(*begun)};

    std::vector<media_file> clips;
    for (std::size_t i = 0; i < order.clips.size(); ++i) {
        std::string name = "clip" + std::to_string(i);
        auto clip = co_await fetch(mine.get(), order.clips[i], std::move(name));
        if (!clip)
            co_return clip.error();
        clips.push_back(std::move(*clip));
    }

    master_wish wish{.terms = {.length = {}, .even_loudness = order.even_loudness, .format = order.format},
                     .title = std::move(order.title)};
    if (order.length_seconds)
        wish.terms.length = *order.length_seconds;
    auto work = [&shared = shared_, mine = mine.get(), about = order.track_id, clips = std::move(clips),
                 wish = std::move(wish), by] {
        const workbench at{shared.rules(), *shared.tools(), *mine->folder, about, mine->stop, by};
        return make_master(at, clips, wish);
    };
    auto made = co_await shared_.threads().run<std::string>(std::move(work));
    if (!made)
        co_return made.error();
    auto kept = co_await deliver(mine.get(), std::move(*made), std::move(order.track_id));
    co_return kept;
}

asio::awaitable<result<measured_audio>> workshop::measure_in_time(gateway::archived_audio of, deadline by) {
    auto begun = co_await begin(by);
    if (!begun)
        co_return begun.error();
    const held_errand mine{shared_, std::move(*begun)};
    std::string about = of.track_id;
    std::string name = "clip";
    auto clip = co_await fetch(mine.get(), std::move(of), std::move(name));
    if (!clip)
        co_return clip.error();
    auto work = [&shared = shared_, mine = mine.get(), about = std::move(about), clip = std::move(*clip),
                 by] {
        const workbench at{shared.rules(), *shared.tools(), *mine->folder, about, mine->stop, by};
        return measure_clip(at, clip);
    };
    auto measured = co_await shared_.threads().run<measured_audio>(std::move(work));
    co_return measured;
}

// Waits for the turn, then makes the folder.
asio::awaitable<result<workshop::errand_ptr>> workshop::begin(deadline by) {
    auto turn = co_await shared_.queue().take(by);
    if (!turn)
        co_return turn.error();
    auto mine = std::make_shared<errand>(std::move(*turn));
    auto work = [&shared = shared_] { return work_folder::make(shared.rules().scratch); };
    auto folder = co_await shared_.threads().run<std::shared_ptr<work_folder>>(std::move(work));
    if (!folder)
        co_return disk_failed("making a folder", folder.error());
    mine->folder = std::move(*folder);
    co_return mine;
}

// The archive's file as `name` in the errand's folder.
asio::awaitable<result<media_file>> workshop::fetch(errand_ptr mine, gateway::archived_audio from,
                                                    std::string name) {
    const auto kind = media_kind_of(from.extension);
    if (!kind)
        co_return make_error_code(errc::not_audio);
    auto source = co_await archive_.open(std::move(from.track_id), from.extension);
    if (!source)
        co_return source.error();
    const std::uint64_t size = (*source)->size();
    if (size == 0)
        co_return make_error_code(errc::not_audio);
    if (size > shared_.rules().scratch_bytes - mine->fetched)
        co_return disk_failed("fetching a clip", make_error_code(boost::system::errc::file_too_large));
    mine->fetched += size;

    for (std::uint64_t offset = 0; offset < size;) {
        auto bytes = co_await (*source)->read(offset, piece_size);
        if (!bytes)
            co_return bytes.error();
        if (bytes->empty())
            co_return make_error_code(errc::archive_failed);
        offset += bytes->size();
        auto work = [folder = mine->folder, name, bytes = std::move(*bytes)] {
            return folder->append(name, bytes);
        };
        const auto written = co_await shared_.threads().run<void>(std::move(work));
        if (!written)
            co_return disk_failed("fetching a clip", written.error());
    }
    co_return media_file{std::move(name), std::move(from.extension), *kind};
}

asio::awaitable<result<stored_audio>> workshop::deliver(errand_ptr mine, std::string name,
                                                        std::string track_id) {
    auto sink = co_await archive_.begin(std::move(track_id));
    if (!sink)
        co_return sink.error();
    for (std::uint64_t offset = 0;;) {
        auto work = [folder = mine->folder, name, offset] { return folder->read(name, offset, piece_size); };
        auto bytes = co_await shared_.threads().run<std::string>(std::move(work));
        if (!bytes)
            co_return disk_failed("delivering", bytes.error());
        if (bytes->empty())
            break;
        offset += bytes->size();
        const auto written = co_await (*sink)->write(std::move(*bytes));
        if (!written)
            co_return make_error_code(errc::archive_failed);
    }
    auto kept = co_await (*sink)->keep();
    if (!kept && is(kept.error(), errc::not_audio))
        co_return make_error_code(errc::audio_work_failed);  // what we made ourselves
    co_return kept;
}

}  // namespace adapters::ffmpeg
