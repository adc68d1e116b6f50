#include "gateway/work/audio_fetch.hpp"

#include "gateway/work/job_run.hpp"
#include "gateway/work/mastering.hpp"
#include "gateway/work/music_plan.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace gateway::work {

namespace asio = boost::asio;

namespace {

constexpr std::size_t piece = 256 * 1024;  // bytes

struct fetched_audio {
    fetch_answer::any answer = fetch_answer::failed{"not begun"};
    result<stored_audio> kept = make_error_code(errc::internal);
    std::optional<verdict> after_part;  // of a part: what comes next
};

asio::awaitable<fetched_audio> fetch_and_keep(const workplace& at, std::string track_id, std::string url) {
    fetched_audio outcome;
    auto sink = co_await at.archive.begin(std::move(track_id));
    if (!sink) {
        outcome.answer =
            fetch_answer::fetched{};  // upstream did nothing wrong: the archive's failure is what counts
        outcome.kept = sink.error();
        co_return outcome;
    }
    outcome.answer =
        co_await at.backend.fetch(std::move(url), **sink, deadline::after(at.policy->fetch_timeout));
    if (std::holds_alternative<fetch_answer::fetched>(outcome.answer))
        outcome.kept = co_await (*sink)->keep();
    co_return outcome;
}

asio::awaitable<result<stored_audio>> copy(const workplace& at, archived_audio from, std::string to) {
    auto source = co_await at.archive.open(std::move(from.track_id), std::move(from.extension));
    if (!source)
        co_return source.error();
    auto sink = co_await at.archive.begin(std::move(to));
    if (!sink)
        co_return sink.error();
    for (std::uint64_t offset = 0; offset < (*source)->size();) {
        auto bytes = co_await (*source)->read(offset, piece);
        if (!bytes)
            co_return bytes.error();
        if (bytes->empty())
            co_return errc::archive_failed;
        offset += bytes->size();
        auto written = co_await (*sink)->write(std::move(*bytes));
        if (!written)
            co_return written.error();
    }
    auto kept = co_await (*sink)->keep();
    co_return kept;
}

// What was fetched is kept as a part. What can't be decoded to its end is no audio, whatever its header says;
// nobody has a use for it.
asio::awaitable<fetched_audio> measure_part(const workplace& at, job watched, clip of, engine with,
                                            fetched_audio outcome) {
    archived_audio part{clip_id_of(watched.id, watched.state.clips.size()), outcome.kept->extension};
    auto measured = co_await at.workshop.measure(part, deadline::after(at.policy->audio_work_timeout));
    if (measured) {
        outcome.after_part = after_part(watched, of, *outcome.kept, *measured, with);
        if (outcome.after_part)
            co_return outcome;
        outcome.kept = co_await copy(at, part, track_id_of(watched.id));
    } else {
        outcome.kept = measured.error();
    }
    co_await at.archive.remove(std::move(part.track_id), std::move(part.extension));
    co_return outcome;
}

// Trouble of our own, at which no other file can help.
bool is_ours(const boost::system::error_code& trouble) {
    return is(trouble, errc::archive_failed) || is(trouble, errc::deadline_exceeded);
}

// From the first address whose file can be worked on.
asio::awaitable<fetched_audio> fetch_part(const workplace& at, job watched, clip of, engine with) {
    const std::string part = clip_id_of(watched.id, watched.state.clips.size());
    fetched_audio outcome;
    for (std::string& url : sources_of(of, with)) {
        outcome = co_await fetch_and_keep(at, part, std::move(url));
        if (outcome.kept) {
            auto measuring = measure_part(at, watched, of, with, std::move(outcome));
            outcome = co_await std::move(measuring);
        }
        const bool fetched = std::holds_alternative<fetch_answer::fetched>(outcome.answer);
        if (outcome.kept || (fetched && is_ours(outcome.kept.error())))
            break;
    }
    co_return outcome;
}

// As the track: most clips are. What has to be worked on after all is put aside as a part first.
asio::awaitable<fetched_audio> fetch_track(const workplace& at, job watched, clip of, engine with) {
    const std::string track = track_id_of(watched.id);
    fetched_audio outcome = co_await fetch_and_keep(at, track, of.audio_url);
    if (!outcome.kept || !at.workshop.equipped() ||
        has_the_right_length(watched, with, outcome.kept->duration_seconds))
        co_return outcome;
    archived_audio fetched{track, outcome.kept->extension};
    outcome.kept = co_await copy(at, fetched, clip_id_of(watched.id, 0));
    if (!outcome.kept)
        co_return outcome;
    co_await at.archive.remove(std::move(fetched.track_id), std::move(fetched.extension));
    auto measuring = measure_part(at, std::move(watched), std::move(of), std::move(with), std::move(outcome));
    co_return co_await std::move(measuring);
}

}  // namespace

asio::awaitable<verdict> fetch_audio(const workplace& at, const held_job& held, const clip& of) {
    using namespace asio::experimental::awaitable_operators;

    const job watched = held.now();
    const engine with = engine_of(at, watched);
    const bool straight = !at.workshop.equipped() || may_be_the_track(watched, with);
    auto fetching = straight ? fetch_track(at, watched, of, with) : fetch_part(at, watched, of, with);
    auto leasing = keep_lease(at, held.under());
    auto first = co_await (std::move(fetching) || std::move(leasing));
    fetched_audio outcome;
    if (first.index() == 0)
        outcome = std::get<0>(std::move(first));
    else
        outcome.answer = fetch_answer::failed{"the lease was lost while fetching"};
    if (outcome.after_part)
        co_return std::move(*outcome.after_part);
    verdict settled = after_fetch(held.now(), of, outcome.answer, outcome.kept, *at.policy);
    co_return or_without_the_clip(held.now(), std::move(settled), with);
}

}  // namespace gateway::work
