// The store's answers to operators.
#include "adapters/memory/job_store.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::memory {

using namespace gateway;
namespace asio = boost::asio;

namespace {

std::size_t* place_in(end_counts& counts, job_status ended) {
    switch (ended) {
        case job_status::succeeded: return &counts.succeeded;
        case job_status::failed: return &counts.failed;
        case job_status::cancelled: return &counts.cancelled;
        case job_status::refused: return &counts.refused;
        case job_status::queued:
        case job_status::running: break;
    }
    return nullptr;
}

// Empty: from the youngest on, which is 0. Nothing when the text is no number of a job.
std::optional<job_number> number_in(const std::string& text) {
    job_number number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty())
        return number;
    if (failure != std::errc{} || end != text.data() + text.size() || number == 0)
        return std::nullopt;
    return number;
}

}  // namespace

asio::awaitable<result<job>> job_store::look_up(std::string id, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto at = now();
    const record* found = jobs_.find(id);
    if (found == nullptr)
        co_return errc::not_found;
    co_return copy_of(*found, at);
}

asio::awaitable<result<job_page>> job_store::search(job_search what, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const auto before = number_in(what.after);
    if (!before)
        co_return errc::invalid_request;
    const std::scoped_lock held{lock_};
    const auto at = now();
    const auto found = jobs_.search(what, *before);
    job_page page;
    for (const record* each : found.jobs)
        page.jobs.push_back(copy_of(*each, at));
    if (found.last > 0)
        page.next = std::to_string(found.last);
    co_return page;
}

asio::awaitable<result<end_counts>> job_store::count_ends(milliseconds span, deadline by) {
    if (by.passed())
        co_return errc::deadline_exceeded;
    const std::scoped_lock held{lock_};
    const auto since = now() - span;
    end_counts counted;
    std::size_t looked_at = 0;
    jobs_.each_from_youngest(0, [&](const record& each) {
        if (each.value.created_at < since || looked_at++ == searched_at_once)
            return false;
        if (std::size_t* ended = place_in(counted, each.value.state.status); ended != nullptr)
            *ended = std::min<std::size_t>(*ended + 1, remembered_ends);
        return true;
    });
    co_return counted;
}

}  // namespace adapters::memory
