#include "adapters/memory/ledger.hpp"

#include <algorithm>

namespace adapters::memory {

using namespace gateway;

namespace {

constexpr int most_dropped_at_once = 8;
constexpr int most_passes = 20;            // of one list through forgotten jobs
constexpr std::size_t look_at_least = 20;  // entries, in one pass

// The lengths keep ("a:b", "c") and ("a", "b:c") apart.
std::string key_of(const job_owner& owner) {
    return std::to_string(owner.organization.size()) + ":" + owner.organization + ":" + owner.user;
}

std::string key_of(const job_owner& owner, const idempotency_claim& claim) {
    std::string key{claim.key.begin(), claim.key.end()};  // of one length: no separator is needed
    return key + key_of(owner);
}

std::size_t place_of(job_status status) {
    return static_cast<std::size_t>(status);
}

}  // namespace

record* ledger::find(job_number number) {
    const auto found = records_.find(number);
    return found == records_.end() || is_forgotten(found->second) ? nullptr : &found->second;
}

record* ledger::find(std::string_view id) {
    const auto found = numbers_.find(std::string{id});
    return found == numbers_.end() ? nullptr : find(found->second);
}

record* ledger::find(const job_owner& owner, std::string_view id) {
    record* found = find(id);
    return found != nullptr && found->value.owner == owner ? found : nullptr;
}

ledger::claimed ledger::find_claim(const job_owner& owner, const idempotency_claim& claim) {
    const auto found = claims_.find(key_of(owner, claim));
    if (found == claims_.end())
        return {};
    return {find(found->second.holder), found->second.request == claim.request};
}

record& ledger::add(new_job order, store_time now) {
    const job_number number = ++last_number_;
    record& made = records_[number];
    made.number = number;
    if (order.key) {
        made.claim = key_of(order.owner, *order.key);
        claims_[made.claim] = {number, order.key->request};
    }
    made.value.id = std::move(order.id);
    made.value.owner = std::move(order.owner);
    made.value.request = std::move(order.request);
    made.value.traceparent = std::move(order.traceparent);
    made.value.created_at = now;
    numbers_[made.value.id] = number;
    lists& mine = lists_[key_of(made.value.owner)];
    mine.all.insert(number);
    mine.by_status[place_of(made.value.state.status)].insert(number);
    return made;
}

void ledger::set_state(record& of, job_state next) {
    if (next.status != of.value.state.status) {
        lists& mine = lists_[key_of(of.value.owner)];
        mine.by_status[place_of(of.value.state.status)].erase(of.number);
        mine.by_status[place_of(next.status)].insert(of.number);
    }
    of.value.state = std::move(next);
}

std::vector<const record*> ledger::list(const job_owner& owner, const job_filter& filter) {
    if (filter.limit <= 0)
        return {};
    const std::string key = key_of(owner);
    for (int pass = 0; pass < most_passes; ++pass) {
        const auto mine = lists_.find(key);
        if (mine == lists_.end())
            return {};
        const index& entries =
            filter.status ? mine->second.by_status[place_of(*filter.status)] : mine->second.all;
        std::vector<job_number> gone;
        auto page = page_of(entries, filter, gone);
        if (gone.empty() || pass + 1 == most_passes)
            return page;
        for (const job_number number : gone)
            drop(number);
    }
    return {};
}

std::vector<const record*> ledger::page_of(const index& entries, const job_filter& filter,
                                           std::vector<job_number>& gone) const {
    std::vector<const record*> page;
    const auto offset = static_cast<std::size_t>(std::max(0, filter.offset));
    if (offset >= entries.size())
        return page;
    std::size_t left = std::min(entries.size() - offset, std::max<std::size_t>(look_at_least, filter.limit));
    auto at = entries.find_by_order(entries.size() - offset - 1);
    for (; left > 0 && page.size() < static_cast<std::size_t>(filter.limit); --left) {
        const record& entry = records_.at(*at);
        if (is_forgotten(entry))
            gone.push_back(entry.number);
        else
            page.push_back(&entry);
        if (left > 1)
            --at;
    }
    return page;
}

// Numbers are given in the order of creation, so counting down is all it takes.
void ledger::each_from_youngest(job_number before, const std::function<bool(const record&)>& visit) const {
    for (job_number number = before == 0 ? last_number_ : std::min(last_number_, before - 1);
         number >= oldest_number_; --number) {
        const auto found = records_.find(number);
        if (found != records_.end() && !is_forgotten(found->second) && !visit(found->second))
            return;
    }
}

ledger::found_jobs ledger::search(const job_search& what, job_number before) const {
    found_jobs found;
    std::size_t looked_at = 0;
    each_from_youngest(before, [&](const record& each) {
        if (found.jobs.size() >= static_cast<std::size_t>(std::max(0, what.limit)) ||
            looked_at == searched_at_once)
            return false;
        ++looked_at;
        found.last = each.number;
        if ((!what.organization || *what.organization == each.value.owner.organization) &&
            (!what.status || *what.status == each.value.state.status))
            found.jobs.push_back(&each);
        return true;
    });
    if (found.last > 0) {
        bool older = false;
        each_from_youngest(found.last, [&](const record&) { return !(older = true); });
        found.last = older ? found.last : 0;
    }
    return found;
}

void ledger::forget_at(record& of, store_time when) {
    of.forget_at = when;
    forgotten_.emplace(when, of.number);
}

void ledger::sweep(store_time now) {
    now_ = now;
    for (int each = 0; each < most_dropped_at_once; ++each) {
        if (forgotten_.empty() || forgotten_.begin()->first > now)
            return;
        drop(forgotten_.begin()->second);
    }
}

void ledger::drop(job_number number) {
    const auto found = records_.find(number);
    const record& gone = found->second;
    // Either may have been taken by a later job since this one was forgotten.
    if (const auto claim = claims_.find(gone.claim); claim != claims_.end() && claim->second.holder == number)
        claims_.erase(claim);
    if (const auto id = numbers_.find(gone.value.id); id != numbers_.end() && id->second == number)
        numbers_.erase(id);
    forgotten_.erase({*gone.forget_at, number});
    const auto mine = lists_.find(key_of(gone.value.owner));
    mine->second.all.erase(number);
    mine->second.by_status[place_of(gone.value.state.status)].erase(number);
    if (mine->second.all.empty())
        lists_.erase(mine);
    records_.erase(found);
    while (oldest_number_ <= last_number_ && !records_.contains(oldest_number_))
        ++oldest_number_;
}

}  // namespace adapters::memory
