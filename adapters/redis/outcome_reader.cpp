#include "adapters/redis/outcome_reader.hpp"

#include "adapters/redis/job_codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace adapters::redis {

using namespace gateway;

namespace {

constexpr auto broken_protocol = errc::store_unavailable;

// Every answer is an array whose first item says what happened.
std::string_view what_happened(const reply& answer) {
    return answer.is_array_of(1) && answer.items[0].is_text() ? std::string_view{answer.items[0].text}
                                                              : std::string_view{};
}

std::optional<std::int64_t> number_at(const reply& answer, std::size_t place) {
    if (!answer.is_array_of(place + 1) || answer.items[place].what != reply::kind::integer)
        return std::nullopt;
    return answer.items[place].number;
}

std::optional<store_time> time_at(const reply& answer, std::size_t place) {
    const auto since_epoch = number_at(answer, place);
    if (!since_epoch)
        return std::nullopt;
    return store_time{milliseconds{*since_epoch}};
}

// The job that a copy {id, record} holds; a broken one is reported.
std::optional<job> job_in(const reply& copy, store_time as_of, const on_broken& report) {
    if (!copy.is_array_of(2) || !copy.items[0].is_text() || !copy.items[1].is_text())
        return std::nullopt;
    auto found = decode_job(copy.items[0].text, copy.items[1].text, as_of);
    if (!found)
        report(copy.items[0].text);
    return found;
}

job created(new_job order, store_time at, bool starts) {
    job made;
    made.id = std::move(order.id);
    made.owner = std::move(order.owner);
    made.request = std::move(order.request);
    made.traceparent = std::move(order.traceparent);
    made.created_at = made.as_of = at;
    if (starts)
        made.state = std::move(order.first->state);
    if (made.state.step == submission::submitting)
        made.state.first_tried_at = at;
    return made;
}

void report_broken(const reply& ids, const on_broken& report) {
    for (const reply& each : ids.items)
        report(each.text);
}

std::optional<gates> gates_in(const reply& from) {
    const auto credits = number_at(from, 0), access_shut = number_at(from, 1), retry = number_at(from, 2),
               failures = number_at(from, 3), throttled = number_at(from, 4), throttles = number_at(from, 5);
    if (!credits || !access_shut || !retry || !failures || !throttled || !throttles || !from.is_array_of(7))
        return std::nullopt;
    gates made;
    if (*credits >= 0)
        made.credits_shut_for = milliseconds{*credits};
    if (*access_shut != 0)
        made.access_retry_in = milliseconds{*retry};
    made.access_failures = static_cast<int>(*failures);
    made.throttled_for = milliseconds{*throttled};
    made.throttles = static_cast<int>(*throttles);
    for (const reply& each : from.items[6].items)
        made.retired.push_back(each.text);
    std::ranges::sort(made.retired);
    return made;
}

}  // namespace

std::optional<store_time> time_of(const reply& answer) {
    if (!answer.is_array_of(2) || !answer.items[0].is_text() || !answer.items[1].is_text())
        return std::nullopt;
    const auto number = [](const std::string& text) {
        std::int64_t value = -1;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    constexpr std::int64_t latest = 1'000'000'000'000;  // far from where a time in milliseconds ends
    const std::int64_t seconds = number(answer.items[0].text), microseconds = number(answer.items[1].text);
    if (seconds < 0 || seconds > latest || microseconds < 0 || microseconds >= 1'000'000)
        return std::nullopt;
    return store_time{milliseconds{seconds * 1000 + microseconds / 1000}};
}

result<job> read_record(std::string id, const reply& answer, store_time as_of) {
    if (answer.is_error())
        return answer.error_code() == "WRONGTYPE" ? errc::invalid_request : broken_protocol;
    if (answer.what == reply::kind::nil)
        return errc::not_found;
    if (!answer.is_text())
        return broken_protocol;
    auto found = decode_job(std::move(id), answer.text, as_of);
    if (!found)
        return errc::invalid_request;
    return std::move(*found);
}

bool is_taken(const reply& answer) {
    return what_happened(answer) == "taken";
}

result<create_outcome> read_create(const reply& answer, new_job order) {
    const auto what = what_happened(answer);
    create_outcome made;
    if (what == "queue_full" || what == "id_taken") {
        made.what = what == "queue_full" ? create_outcome::kind::queue_full : create_outcome::kind::id_taken;
        return made;
    }
    const bool is_limited = what == "rate_limited";
    const auto full_in = number_at(answer, is_limited ? 1 : 3);
    if (!full_in || *full_in < 0)
        return broken_protocol;
    if (order.rate)
        made.rate_full_in = std::chrono::microseconds{*full_in};
    if (is_limited) {
        made.what = create_outcome::kind::rate_limited;
        return order.rate ? made : result<create_outcome>{broken_protocol};
    }
    const auto at = time_at(answer, 1);
    const auto fence = number_at(answer, 2);
    if (what != "created" || !at || !fence || (*fence > 0 && !order.first))
        return broken_protocol;
    made.what = create_outcome::kind::created;
    made.stored = created(std::move(order), *at, *fence > 0);
    if (*fence > 0)
        made.first_lease = lease{made.stored.id, static_cast<std::uint64_t>(*fence)};
    return made;
}

result<create_outcome> read_replay(const reply& answer, const on_broken& report) {
    const auto what = what_happened(answer);
    if (what == "not_found")
        return errc::not_found;
    if (what == "broken" && answer.is_array_of(2))
        report(answer.items[1].text);
    const auto as_of = time_at(answer, 1);
    const auto same_request = number_at(answer, 2);
    if (what != "replayed" || !as_of || !same_request || !answer.is_array_of(4))
        return broken_protocol;
    auto stored = job_in(answer.items[3], *as_of, report);
    if (!stored)
        return broken_protocol;
    create_outcome made;
    made.what = create_outcome::kind::replayed;
    made.stored = std::move(*stored);
    made.same_request = *same_request != 0;
    return made;
}

result<job> read_found(const reply& answer, const on_broken& report) {
    const auto what = what_happened(answer);
    if (what == "not_found")
        return errc::not_found;
    if (what == "broken" && answer.is_array_of(2))
        report(answer.items[1].text);
    const auto as_of = time_at(answer, 1);
    if ((what != "found" && what != "cancelled") || !as_of || !answer.is_array_of(3))
        return broken_protocol;
    auto found = job_in(answer.items[2], *as_of, report);
    if (!found)
        return broken_protocol;
    return std::move(*found);
}

result<cancel_outcome> read_cancel(const reply& answer, const on_broken& report) {
    auto value = read_found(answer, report);
    if (!value)
        return value.error();
    return cancel_outcome{std::move(*value), what_happened(answer) == "cancelled"};
}

result<std::vector<job>> read_list(const reply& answer, const on_broken& report) {
    const auto as_of = time_at(answer, 1);
    if (what_happened(answer) != "found" || !as_of || !answer.is_array_of(4))
        return broken_protocol;
    std::vector<job> made;
    made.reserve(answer.items[2].items.size());
    for (const reply& copy : answer.items[2].items)
        if (auto found = job_in(copy, *as_of, report))  // one broken record must not hide the others
            made.push_back(std::move(*found));
    report_broken(answer.items[3], report);
    return made;
}

result<void> read_done(const reply& answer, const on_broken& report) {
    const auto what = what_happened(answer);
    if (what == "done")
        return boost::system::in_place_value;
    if (what == "lease_lost")
        return errc::lease_lost;
    if (what == "job_ended")
        return errc::job_ended;
    if (what == "broken" && answer.is_array_of(2))
        report(answer.items[1].text);
    return broken_protocol;
}

result<summons> read_summons(const reply& answer, const on_broken& report) {
    using kind = summons::kind;
    static constexpr std::array<std::pair<std::string_view, kind>, 6> names{{{"taken", kind::taken},
                                                                             {"look_now", kind::look_now},
                                                                             {"repeated", kind::repeated},
                                                                             {"stale", kind::stale},
                                                                             {"other_task", kind::other_task},
                                                                             {"ended", kind::ended}}};
    const auto what = what_happened(answer);
    if (what == "not_found")
        return errc::not_found;
    if (what == "broken" && answer.is_array_of(2))
        report(answer.items[1].text);
    const auto known = std::ranges::find(names, what, &std::pair<std::string_view, kind>::first);
    const auto as_of = time_at(answer, 1);
    const auto fence = number_at(answer, 2);
    if (known == names.end() || !as_of || !fence || !answer.is_array_of(4))
        return broken_protocol;
    auto value = job_in(answer.items[3], *as_of, report);
    if (!value)
        return broken_protocol;
    summons made;
    made.what = known->second;
    made.value = std::move(*value);
    if (*fence > 0)
        made.held = lease{made.value.id, static_cast<std::uint64_t>(*fence)};
    return made;
}

result<gates> read_gates(const reply& answer) {
    if (what_happened(answer) != "gates" || !answer.is_array_of(2))
        return broken_protocol;
    auto found = gates_in(answer.items[1]);
    if (!found)
        return broken_protocol;
    return std::move(*found);
}

result<store_overview> read_overview(const reply& answer) {
    std::array<std::int64_t, 6> numbers{};
    for (std::size_t each = 0; each < numbers.size(); ++each) {
        const auto number = number_at(answer, each + 1);
        if (!number || *number < (each == 4 ? -1 : 0))
            return broken_protocol;
        numbers[each] = *number;
    }
    if (what_happened(answer) != "overview")
        return broken_protocol;
    store_overview made;
    made.queued = static_cast<std::size_t>(numbers[0]);
    made.pausing = static_cast<std::size_t>(numbers[1]);
    made.submitting = static_cast<std::size_t>(numbers[2]);
    made.running = static_cast<std::size_t>(numbers[3]);
    if (numbers[4] >= 0)
        made.oldest_wait = milliseconds{numbers[4]};
    made.look_lag = milliseconds{numbers[5]};
    return made;
}

result<end_counts> read_end_counts(const reply& answer) {
    std::array<std::size_t, 4> counts{};
    for (std::size_t each = 0; each < counts.size(); ++each) {
        const auto number = number_at(answer, each + 1);
        if (!number || *number < 0)
            return broken_protocol;
        counts[each] = static_cast<std::size_t>(*number);
    }
    if (what_happened(answer) != "counted")
        return broken_protocol;
    return end_counts{
        .succeeded = counts[0], .failed = counts[1], .cancelled = counts[2], .refused = counts[3]};
}

result<read_claim_outcome> read_claim(const reply& answer, const on_broken& report) {
    const auto as_of = time_at(answer, 1);
    const auto next = number_at(answer, 2), waiting = number_at(answer, 3);
    if (what_happened(answer) != "claimed" || !as_of || !next || !waiting || !answer.is_array_of(7))
        return broken_protocol;
    auto backend = gates_in(answer.items[4]);
    if (!backend)
        return broken_protocol;

    read_claim_outcome made;
    made.outcome.backend = std::move(*backend);
    made.outcome.queued = static_cast<std::size_t>(std::max<std::int64_t>(0, *waiting));
    if (*next >= 0)
        made.outcome.next_due_in = milliseconds{*next};
    for (const reply& each : answer.items[5].items) {
        const auto fence = number_at(each, 0), start_in = number_at(each, 1);
        if (!fence || !start_in || !each.is_array_of(3) || !each.items[2].is_array_of(1))
            return broken_protocol;
        lease held{each.items[2].items[0].text, static_cast<std::uint64_t>(*fence)};
        auto value = job_in(each.items[2], *as_of, report);
        if (value)
            made.outcome.jobs.push_back({std::move(*value), std::move(held), milliseconds{*start_in}});
        else
            made.unreadable.push_back(std::move(held));
    }
    report_broken(answer.items[6], report);
    return made;
}

}  // namespace adapters::redis
