#include "adapters/memory/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace adapters::memory {

using namespace gateway;

namespace {

constexpr std::int64_t poll_booked_ahead =
    250'000;                                  // microseconds: what a caller should have to hold one for
constexpr std::size_t turns_looked_at = 128;  // by one search for somebody below their share

std::int64_t microseconds_of(store_time at) {
    return std::chrono::microseconds{at.time_since_epoch()}.count();
}

milliseconds rounded_up(std::int64_t microseconds) {
    return milliseconds{(std::max<std::int64_t>(0, microseconds) + 999) / 1000};
}

}  // namespace

const schedule::place* schedule::find_slot(job_number job) const {
    const auto found = places_.find(job);
    return found != places_.end() && found->second.has_slot ? &found->second : nullptr;
}

void schedule::put(job_number job, place& at, list in, store_time when) {
    at.in = in;
    at.when = when;
    agenda_of(in).emplace(when, job);
}

void schedule::hold(job_number job, const std::string& organization, list in, store_time when) {
    leave(job);
    place& at = places_[job];
    at.organization = organization;
    at.has_slot = true;
    ++in_flight_;
    ++organizations_[organization].in_flight;
    put(job, at, in, when);
}

void schedule::enqueue(job_number job, const std::string& organization) {
    leave(job);
    place& at = places_[job];
    at.organization = organization;
    at.waits = at.queued = true;
    ++waiting_;
    auto& state = organizations_[organization];
    ++state.waiting;
    state.queue.insert(job);
    if (state.queue.size() == 1)
        to_the_back(state, organization);
}

void schedule::enqueue_at(job_number job, const std::string& organization, store_time when) {
    leave(job);
    place& at = places_[job];
    at.organization = organization;
    at.waits = true;
    ++waiting_;
    ++organizations_[organization].waiting;
    put(job, at, list::due, when);
}

void schedule::leave(job_number job) {
    const auto found = places_.find(job);
    if (found == places_.end())
        return;
    const place& at = found->second;
    if (at.in)
        agenda_of(*at.in).erase({at.when, job});
    const auto owner = organizations_.find(at.organization);
    auto& state = owner->second;
    if (at.has_slot) {
        --in_flight_;
        --state.in_flight;
    }
    if (at.waits) {
        --waiting_;
        --state.waiting;
    }
    if (at.queued) {
        state.queue.erase(job);
        if (state.queue.empty())
            turns_.erase(state.turn);
    }
    if (state.in_flight == 0 && state.waiting == 0)
        organizations_.erase(owner);
    places_.erase(found);
}

bool schedule::full(const work_limits& limits) const {
    return limits.max_in_flight > 0 && in_flight_ >= static_cast<std::size_t>(limits.max_in_flight);
}

bool schedule::room(const std::string& organization, const work_limits& limits) const {
    if (full(limits))
        return false;
    if (limits.in_flight_per_organization <= 0)
        return true;
    const auto found = organizations_.find(organization);
    return found == organizations_.end() ||
           found->second.in_flight < static_cast<std::size_t>(limits.in_flight_per_organization);
}

std::size_t schedule::waiting_of(const std::string& organization) const {
    const auto found = organizations_.find(organization);
    return found == organizations_.end() ? 0 : found->second.waiting;
}

std::vector<job_number> schedule::ripe(list in, store_time now, std::size_t most) const {
    std::vector<job_number> found;
    for (const auto& [when, job] : agenda_of(in)) {
        if (when > now || found.size() == most)
            break;
        found.push_back(job);
    }
    return found;
}

std::optional<store_time> schedule::earliest(list in, const std::set<job_number>& handed_out) const {
    for (const auto& [when, job] : agenda_of(in))
        if (!handed_out.contains(job))
            return when;
    return std::nullopt;
}

void schedule::count(store_overview& into) const {
    into.running = watch_.size();
    into.submitting = in_flight_ - watch_.size();
    into.pausing = due_.size() - into.submitting;
    into.queued = waiting_ - into.pausing;
}

std::optional<job_number> schedule::oldest_waiting(std::size_t window) const {
    std::optional<job_number> oldest;
    const auto consider = [&](job_number job) { oldest = std::min(oldest.value_or(job), job); };
    std::size_t looked_at = 0;
    for (auto each = turns_.begin(); each != turns_.end() && looked_at < window; ++each, ++looked_at)
        consider(*organizations_.at(each->second).queue.begin());
    looked_at = 0;
    for (auto each = due_.begin(); each != due_.end() && looked_at < window; ++each, ++looked_at)
        if (places_.at(each->second).waits)
            consider(each->second);
    return oldest;
}

std::optional<store_time> schedule::earliest_look() const {
    const auto first = watch_.upper_bound({before_all, std::numeric_limits<job_number>::max()});
    return first == watch_.end() ? std::nullopt : std::optional{first->first};
}

void schedule::to_the_back(organization_state& state, const std::string& organization) {
    turns_.erase(state.turn);
    state.turn = ++last_turn_;
    turns_.emplace_hint(turns_.end(), state.turn, organization);
}

std::optional<job_number> schedule::next_queued(const work_limits& limits, bool ignore_slots) {
    if (!ignore_slots && full(limits))
        return std::nullopt;
    std::size_t looked_at = 0;
    for (const auto& [turn, organization] : turns_) {
        if (looked_at++ == turns_looked_at)
            break;
        if (!ignore_slots && !room(organization, limits))
            continue;
        auto& state = organizations_.at(organization);
        const job_number first = *state.queue.begin();
        to_the_back(state, std::string{organization});
        return first;
    }
    // All of those have their share already: those behind them are looked at next time.
    if (looked_at > turns_looked_at)
        for (std::size_t moved = 0; moved < turns_looked_at; ++moved) {
            const std::string organization = turns_.begin()->second;
            to_the_back(organizations_.at(organization), organization);
        }
    return std::nullopt;
}

std::optional<milliseconds> schedule::book_poll(store_time now, double per_second) {
    if (per_second <= 0)
        return milliseconds{0};
    const std::int64_t moment = microseconds_of(now);
    const auto interval = static_cast<std::int64_t>(std::ceil(poll_spacing * 1e6 / per_second));
    if (next_poll_ > moment + poll_booked_ahead + interval)
        next_poll_ = moment + interval;  // the budget was raised
    const std::int64_t start = std::max(moment, next_poll_);
    if (start - moment > poll_booked_ahead)
        return std::nullopt;
    next_poll_ = start + interval;
    return rounded_up(start - moment);
}

milliseconds schedule::polls_open_in(store_time now) const {
    return rounded_up(next_poll_ - poll_booked_ahead - microseconds_of(now));
}

}  // namespace adapters::memory
