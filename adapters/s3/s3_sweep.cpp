#include "adapters/s3/s3_sweep.hpp"

#include "adapters/s3/answer_reader.hpp"
#include "adapters/s3/upload.hpp"
#include "gateway/runtime/log.hpp"

#include <algorithm>

namespace adapters::s3 {

namespace asio = boost::asio;
using gateway::errc;
using gateway::result;

namespace {

constexpr std::size_t largest_page = 1000;
constexpr std::uint64_t most_listed_bytes = 8 * 1024 * 1024;

operation listing_of(const bucket_place& place) {
    operation what;
    what.query = {{"prefix", place.prefix()}, {"delimiter", "/"}, {"encoding-type", "url"}};
    what.most_answer = most_listed_bytes;
    return what;
}

reply unreadable(reply of) {
    of.trouble = "an answer that is no listing";
    return of;
}

asio::awaitable<reply> remove_object(bucket_link& link, std::string key, gateway::deadline by) {
    operation what;
    what.method = "DELETE";
    what.key = std::move(key);
    co_return co_await link.perform(what, by);
}

}  // namespace

asio::awaitable<result<std::size_t>> s3_sweep::remove_old(sweep_limits limits, gateway::deadline by) {
    if (after_.empty())
        co_await abort_abandoned(limits, by);
    operation what = listing_of(link_.place());
    what.query.emplace_back("list-type", "2");
    what.query.emplace_back("max-keys",
                            std::to_string(std::clamp<std::size_t>(limits.most, 1, largest_page)));
    if (!after_.empty())
        what.query.emplace_back("start-after", after_);
    reply listed = co_await link_.perform(what, by);
    if (!listed.ok())
        co_return store_failure("listing", listed);
    const auto page = read_object_page(listed.answer.body);
    if (!page)
        co_return store_failure("listing", unreadable(std::move(listed)));

    std::size_t removed = 0;
    std::size_t refused = 0;
    for (const listed_object& each : page->objects) {
        const bool old = each.modified && link_.now() - *each.modified > limits.age;
        if (old && link_.place().is_ours(each.key)) {
            const reply gone = co_await remove_object(link_, each.key, by);
            const bool answered = gone.answer.status != 0;
            const bool stays = !gone.ok() && !gone.missing();
            if (stays && refused++ == 0)  // the rest of a thousand would say the same
                store_failure("removing an old object", gone);
            if (gone.cancelled || !answered || by.passed())
                co_return removed > 0 ? result<std::size_t>{removed} : make_error_code(errc::archive_failed);
            removed += gone.ok() ? 1 : 0;
        }
        after_ = each.key;
    }
    // Without a key to go on behind, a page of folders alone would come again for ever.
    if (!page->more || page->objects.empty())
        after_.clear();
    co_return removed;
}

asio::awaitable<void> s3_sweep::abort_abandoned(sweep_limits limits, gateway::deadline by) {
    std::string key_marker;
    std::string id_marker;
    for (std::size_t looked_at = 0; looked_at < limits.most;) {
        operation what = listing_of(link_.place());
        what.query.emplace_back("uploads", "");
        if (!key_marker.empty()) {
            what.query.emplace_back("key-marker", key_marker);
            what.query.emplace_back("upload-id-marker", id_marker);
        }
        reply listed = co_await link_.perform(what, by);
        const auto page = listed.ok() ? read_upload_page(listed.answer.body) : std::nullopt;
        if (!page) {
            // Some stores do not tell; theirs to clean up.
            gateway::log::debug("uploads_not_listed", {{"why", listed.trouble}});
            co_return;
        }
        for (const begun_upload& each : page->uploads) {
            ++looked_at;
            const bool abandoned = each.begun && link_.now() - *each.begun > limits.abandoned;
            if (!abandoned || !link_.place().is_ours(each.key))
                continue;
            const reply aborted = co_await abort_upload(link_, each.key, each.id, by);
            if (!aborted.ok()) {
                store_failure("giving up an abandoned upload", aborted);
                co_return;
            }
            gateway::log::info("archive_upload_abandoned", {{"key", each.key}});
        }
        const bool goes_on = page->more && !page->next_key.empty() && page->next_key >= key_marker;
        if (!goes_on || (page->next_key == key_marker && page->next_id == id_marker))
            co_return;
        key_marker = page->next_key;
        id_marker = page->next_id;
        ++looked_at;
    }
}

}  // namespace adapters::s3
