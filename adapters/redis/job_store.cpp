#include "adapters/redis/job_store.hpp"

#include "adapters/redis/job_codec.hpp"
#include "adapters/redis/job_search.hpp"
#include "adapters/redis/outcome_reader.hpp"
#include "adapters/redis/request_codec.hpp"
#include "gateway/runtime/log.hpp"

#include <cmath>

namespace adapters::redis {

using namespace gateway;
namespace asio = boost::asio;

namespace {

// A digest as text: the first 128 bits, which nobody makes to fit by chance, so that it costs 22 characters
// instead of 64.
std::string shortened(const sha256_digest& digest) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    constexpr std::size_t kept = 16;
    std::string text;
    unsigned pending = 0;
    int bits = 0;
    for (std::size_t each = 0; each < kept; ++each) {
        pending = (pending << 8) | digest[each];
        for (bits += 8; bits >= 6; bits -= 6)
            text += letters[(pending >> (bits - 6)) & 63U];
    }
    return text + letters[(pending << (6 - bits)) & 63U];
}

// The claim's key, made from the owner too, so that two owners' claims never meet. The lengths keep ("a:b",
// "c") and
// ("a", "b:c") apart.
std::string key_of(const job_owner& owner, const idempotency_claim& claim) {
    std::string scope = std::to_string(owner.organization.size());
    scope.append(":").append(owner.organization).append(":");
    scope.append(std::to_string(owner.user.size())).append(":").append(owner.user).append(":");
    scope.append(claim.key.begin(), claim.key.end());
    return shortened(sha256(scope));
}

std::int64_t microseconds_between_polls(double per_second) {
    return per_second > 0 ? static_cast<std::int64_t>(std::ceil(poll_spacing * 1e6 / per_second)) : 0;
}

struct written_change {
    std::string_view what;
    std::string argument = "0";
};

written_change written(const gate_change& change) {
    struct visitor {
        written_change operator()(const shut_credits&) const { return {"shut_credits"}; }
        written_change operator()(const open_credits&) const { return {"open_credits"}; }
        written_change operator()(const shut_access& to) const {
            return {"shut_access", std::to_string(to.retry_in.count())};
        }
        written_change operator()(const open_access&) const { return {"open_access"}; }
        written_change operator()(const throttle& to) const {
            return {"throttle", std::to_string(to.pause.count())};
        }
        written_change operator()(const retire_engine& to) const { return {"retire_engine", to.retirement}; }
    };
    return std::visit(visitor{}, change);
}

constexpr std::int64_t no_lease = 0;
constexpr int no_limit = 0;

// More than anybody sees at once; a store that is all rubble must not fill the memory.
constexpr std::size_t most_reported = 1000;

}  // namespace

job_store::job_store(asio::io_context& context, address where, store_options options)
    : prefix_{std::move(options.prefix)},
      marks_{options.known.marks},
      connection_{context, where, options.connection} {
    if (options.replicas > 0)
        replication_.emplace(context, where, options.connection, prefix_, options.replicas);
    if (options.known.most_bytes > 0)
        known_.emplace(context, connection_, std::move(where), std::move(options.connection), prefix_,
                       std::move(options.known));
}

asio::awaitable<void> job_store::close(milliseconds patience) {
    co_await connection_.close(patience);
    if (replication_)
        co_await replication_->close(patience);
    if (known_)
        co_await known_->close(patience);
}

asio::awaitable<result<reply>> job_store::ask(const script& what, argument_list arguments, deadline by) {
    return run(what, connection_, prefix_, std::move(arguments), by);
}

asio::awaitable<result<reply>> job_store::ask_and_confirm(const script& what, argument_list arguments,
                                                          deadline by) {
    const auto link = connection_.links();
    auto answer = co_await ask(what, std::move(arguments), by);
    if (!answer || !replication_)
        co_return answer;
    const auto confirmed = co_await replication_->confirm(connection_, link, by);
    if (!confirmed)
        co_return confirmed.error();
    co_return answer;
}

void job_store::report_broken(const std::string& id) {
    if (reported_.size() < most_reported && reported_.insert(id).second)
        log::error("job_record_broken", {{"job", id}});
}

asio::awaitable<result<create_outcome>> job_store::create(new_job order, work_limits limits, deadline by) {
    argument_list arguments;
    arguments.add(order.id).add(order.owner.organization).add(order.owner.user);
    arguments.add(order.key ? key_of(order.owner, *order.key) : std::string{});
    arguments.add(order.key ? shortened(order.key->request) : std::string{});
    arguments.add(encode_request(order.request)).add(order.traceparent);
    arguments.add(limits.max_in_flight).add(limits.in_flight_per_organization);
    arguments.add(limits.queued_per_organization);
    arguments.add(order.first ? order.first->lease.count() : no_lease);
    arguments.add(order.rate ? shortened(order.rate->key) : std::string{});
    arguments.add(order.rate ? order.rate->per_minute : no_limit);
    if (order.first)
        for (const auto& [name, value] : encode_state(order.first->state).fields)
            arguments.add(name).add(value);
    const auto answer = co_await ask_and_confirm(create_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    if (!is_taken(*answer))
        co_return read_create(*answer, std::move(order));
    auto replay = co_await find_replay(std::move(order.owner), *order.key, by);
    if (!replay && is(replay.error(), errc::not_found))
        co_return errc::store_unavailable;  // it expired just now: the next attempt gets the key
    co_return replay;
}

asio::awaitable<result<void>> job_store::recall(std::string id, deadline by) {
    argument_list arguments;
    arguments.add(id);
    const marked_write write{marks_, id};
    const auto answer = co_await ask(recall_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return boost::system::in_place_value;
}

asio::awaitable<result<create_outcome>> job_store::find_replay(job_owner owner, idempotency_claim key,
                                                               deadline by) {
    argument_list arguments;
    arguments.add(key_of(owner, key)).add(shortened(key.request));
    // Whoever wrote the job may have been told that it is not safe yet.
    const auto answer = co_await ask_and_confirm(find_replay_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return read_replay(*answer, [this](const std::string& id) { report_broken(id); });
}

std::optional<job> job_store::known(const job_owner& owner, const std::string& id) {
    return known_ ? known_->recall(owner, id) : std::nullopt;
}

asio::awaitable<result<job>> job_store::find(job_owner owner, std::string id, deadline by) {
    auto reading = known_ ? known_->read(id, by) : read(id, by);
    auto found = co_await std::move(reading);
    if (!found && is(found.error(), errc::invalid_request))
        found = co_await read_broken(std::move(id), by);
    if (found && found->owner != owner)
        co_return errc::not_found;
    co_return found;
}

asio::awaitable<result<job>> job_store::look_up(std::string id, deadline by) {
    auto found = co_await read(id, by);
    if (!found && is(found.error(), errc::invalid_request))
        found = co_await read_broken(std::move(id), by);
    co_return found;
}

// A broken record fails by itself; then what is legible of it is read.
asio::awaitable<result<job>> job_store::read_broken(std::string id, deadline by) {
    report_broken(id);
    argument_list broken;
    broken.add(id).add("");
    co_await ask(condemn_script, std::move(broken), by);
    auto found = co_await read(std::move(id), by);
    if (!found && is(found.error(), errc::invalid_request))
        co_return errc::store_unavailable;
    co_return found;
}

asio::awaitable<result<job>> job_store::read(std::string id, deadline by) {
    std::string key = prefix_ + "job:" + id;
    return read_job(connection_, std::move(key), std::move(id), by);
}

asio::awaitable<result<std::vector<job>>> job_store::list(job_owner owner, job_filter filter, deadline by) {
    argument_list arguments;
    arguments.add(filter.status ? letter_of(*filter.status) : std::string_view{"*"});
    arguments.add(owner.organization).add(owner.user);
    arguments.add(std::max(0, filter.limit)).add(std::max(0, filter.offset));
    const auto answer = co_await ask(list_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return read_list(*answer, [this](const std::string& id) { report_broken(id); });
}

asio::awaitable<result<job_page>> job_store::search(job_search what, deadline by) {
    on_broken report = [this](const std::string& id) { report_broken(id); };
    auto page = co_await search_jobs(connection_, prefix_, std::move(what), by, std::move(report));
    co_return page;
}

asio::awaitable<result<end_counts>> job_store::count_ends(milliseconds span, deadline by) {
    argument_list arguments;
    arguments.add(span.count());
    const auto answer = co_await ask(count_ends_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return read_end_counts(*answer);
}

asio::awaitable<result<cancel_outcome>> job_store::cancel(job_owner owner, std::string id, int progress,
                                                          work_limits limits, deadline by) {
    argument_list arguments;
    arguments.add(id).add(owner.organization).add(owner.user).add(progress).add(limits.retention.count());
    const marked_write write{marks_, id};
    const auto answer = co_await ask_and_confirm(cancel_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    // Redis tells the other replicas before it takes our next command. Without that, a client who turns to
    // one of them with this answer in hand could still be shown a running job.
    command next{"PING"};
    co_await connection_.send(std::move(next), by);
    co_return read_cancel(*answer, [this](const std::string& broken) { report_broken(broken); });
}

asio::awaitable<result<claim_outcome>> job_store::claim(claim_terms terms, work_limits limits, deadline by) {
    argument_list arguments;
    arguments.add(std::max(0, terms.most)).add_flag(terms.start_queued).add_flag(terms.ignore_slots);
    arguments.add(limits.lease.count()).add(limits.max_in_flight).add(limits.in_flight_per_organization);
    arguments.add(microseconds_between_polls(limits.max_polls_per_second));
    const auto answer = co_await ask(claim_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    auto claimed = read_claim(*answer, [this](const std::string& id) { report_broken(id); });
    if (!claimed)
        co_return claimed.error();
    for (lease& each : claimed->unreadable) {
        argument_list broken;
        broken.add(each.job_id).add(static_cast<std::int64_t>(each.fence));
        // Should this fail, the lease lapses and the job comes back here.
        co_await ask(condemn_script, std::move(broken), by);
    }
    co_return std::move(claimed->outcome);
}

asio::awaitable<result<void>> job_store::renew(lease held, milliseconds duration, deadline by) {
    argument_list arguments;
    arguments.add(held.job_id).add(static_cast<std::int64_t>(held.fence)).add(duration.count());
    const auto answer = co_await ask(renew_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return read_done(*answer, [this](const std::string& id) { report_broken(id); });
}

asio::awaitable<result<void>> job_store::save(lease held, job_state before, job_state next,
                                              milliseconds look_in, work_limits limits, deadline by) {
    const auto change = encode_change(before, next);
    argument_list arguments;
    arguments.add(held.job_id).add(static_cast<std::int64_t>(held.fence));
    arguments.add(look_in.count()).add(limits.retention.count());
    arguments.add(limits.max_in_flight).add(limits.in_flight_per_organization);
    arguments.add(letter_of(next.status)).add(letter_of(next.step)).add(next.task_id);
    arguments.add(letter_of(next.credits_are)).add(next.credits);
    arguments.add(static_cast<std::int64_t>(2 * change.fields.size()));
    for (const auto& [name, value] : change.fields)
        arguments.add(name).add(value);
    for (const auto name : change.absent)
        arguments.add(name);
    const marked_write write{marks_, held.job_id};
    const auto answer = co_await ask_and_confirm(save_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return read_done(*answer, [this](const std::string& id) { report_broken(id); });
}

asio::awaitable<result<summons>> job_store::summon(task_event event, work_limits limits, deadline by) {
    argument_list arguments;
    arguments.add(event.job_id).add(shortened(sha256(event.id)));
    arguments.add(event.signed_at ? std::to_string(event.signed_at->time_since_epoch().count())
                                  : std::string{});
    arguments.add(milliseconds{event_window}.count()).add(limits.lease.count()).add(event.task_id);
    arguments.add(limits.in_flight_per_organization).add(event.call);
    const auto answer = co_await ask(summon_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return read_summons(*answer, [this](const std::string& id) { report_broken(id); });
}

asio::awaitable<result<gates>> job_store::read_gates(deadline by) {
    argument_list nothing;
    const auto answer = co_await ask(read_gates_script, std::move(nothing), by);
    if (!answer)
        co_return answer.error();
    co_return redis::read_gates(*answer);
}

asio::awaitable<result<gates>> job_store::change_gates(gate_change change, deadline by) {
    const auto to = written(change);
    argument_list arguments;
    arguments.add(to.what).add(to.argument).add(milliseconds{retirement_lasts}.count());
    const auto answer = co_await ask(change_gates_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return redis::read_gates(*answer);
}

asio::awaitable<result<store_overview>> job_store::overview(deadline by) {
    argument_list arguments;
    arguments.add(static_cast<std::int64_t>(overview_window));
    const auto answer = co_await ask(overview_script, std::move(arguments), by);
    if (!answer)
        co_return answer.error();
    co_return read_overview(*answer);
}

// A write, since a server that only answers (a replica, a full disk) is no store.
asio::awaitable<result<void>> job_store::check(deadline by) {
    command probe{"SET"};
    probe.add(prefix_ + "probe").add("1").add("PX").add("60000");
    const auto answer = co_await connection_.send(std::move(probe), by);
    if (!answer)
        co_return answer.error();
    if (answer->is_error())
        co_return errc::store_unavailable;
    co_return boost::system::in_place_value;
}

asio::awaitable<result<std::vector<std::string>>> job_store::durability_warnings(deadline by) {
    auto found = co_await inspect_durability(connection_, by);
    if (!found)
        co_return found.error();
    found->writes_wait_for_replicas = replication_.has_value();
    co_return warnings(*found);
}

}  // namespace adapters::redis
