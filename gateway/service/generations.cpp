#include "gateway/service/generations.hpp"

#include "gateway/domain/vocals.hpp"
#include "gateway/runtime/random_id.hpp"

namespace gateway::service {

namespace asio = boost::asio;

namespace {

constexpr std::size_t id_digits = 12;  // as in every documented example
constexpr int id_attempts = 4;         // 48 random bits: a second collision in a row does not happen
constexpr std::chrono::seconds queue_retry{10};

refusal queue_is_full(const work_limits& limits) {
    refusal answer =
        refused(errc::queue_full, "the organization already has " +
                                      std::to_string(limits.queued_per_organization) + " jobs waiting");
    answer.retry_after = queue_retry;
    return answer;
}

// Recalls a job whose creation was not answered, by a failure or because this request was cut off.
class unanswered_creation {
public:
    // An empty id: there is nothing to recall.
    unanswered_creation(job_starter& starter, std::string job_id)
        : starter_{starter}, job_id_{std::move(job_id)} {}
    unanswered_creation(const unanswered_creation&) = delete;
    unanswered_creation& operator=(const unanswered_creation&) = delete;
    ~unanswered_creation() {
        if (!job_id_.empty())
            starter_.recall(std::move(job_id_));
    }
    void answered() { job_id_.clear(); }

private:
    job_starter& starter_;
    std::string job_id_;
};

// What a fresh create takes over from its seed: upstream no longer extends, and recommends a fresh prompt
// (reference/seed-producer-create-music). The model is the engine's that was asked for now.
seed_traits traits_of(const job& seed, const generation_request& wanted, const engine& with) {
    seed_traits traits;
    traits.character = seed.request.prompt;
    for (const std::string& tag : seed.request.style_tags)
        traits.character.append(", ").append(tag);
    traits.number = seed.state.seed_number;
    if (!wanted.lyrics && has_vocals(wanted, with) && !seed.request.instrumental)
        traits.lyrics = seed.request.lyrics.value_or(seed.state.written_lyrics);
    if (with.seed == seed_rule::continue_track && seed.state.audio)
        traits.extension = seed.state.audio->extension;
    return traits;
}

}  // namespace

generations::generations(job_store& store, job_starter& starter, gate_view& gates, policy_ptr rules)
    : store_{store}, starter_{starter}, gates_{gates}, policy_{std::move(rules)} {}

asio::awaitable<outcome<created_job>> generations::create(const key_entry& caller, std::string organization,
                                                          generation_draft draft, std::string traceparent,
                                                          deadline by) {
    const policy_ptr rules = policy_;
    auto order = check_order(draft, rules->engines, rules->texts);
    if (!order)
        co_return order.error();

    const job_owner owner{std::move(organization), caller.key.user};
    std::optional<idempotency_claim> claim;
    if (order->idempotency_key)
        claim = claim_of(owner, *order->idempotency_key, order->request);

    const auto now = gate_view::clock::now();
    outcome<void> admitted;
    if (caller.creates.is_spent(now))
        admitted = caller.creates.over(now);
    else
        admitted = gates_.admit(*order->with, now);
    if (!admitted) {
        auto replayed = co_await replay_or(admitted.error(), owner, claim, by);
        co_return replayed;
    }

    if (order->request.seed_track_id) {
        auto found = co_await seed(owner, *order->request.seed_track_id, by);
        if (!found) {
            auto replayed = co_await replay_or(found.error(), owner, claim, by);
            co_return replayed;
        }
        order->request.seed = traits_of(*found, order->request, *order->with);
    }

    for (int attempt = 0; attempt < id_attempts; ++attempt) {
        new_job fresh;
        fresh.id = random_id("mgen_", id_digits);
        fresh.owner = owner;
        fresh.request = order->request;
        fresh.traceparent = traceparent;
        fresh.key = claim;
        fresh.rate = caller.rate_of_creates();
        const bool paid_call_is_next = !wants_lyrics_written(order->request, *order->with);
        if (paid_call_is_next && starter_.accepts() && gates_.wide_open(now))
            fresh.first =
                first_visit{submitting(job_state{}, order->with->credits), rules->limits.submit_lease};
        unanswered_creation unanswered{starter_, fresh.first ? fresh.id : std::string{}};
        auto stored = co_await store_.create(std::move(fresh), rules->limits, by);
        if (!stored)
            co_return from_port(stored.error());
        unanswered.answered();
        if (stored->rate_full_in)
            caller.creates.learn(now, *stored->rate_full_in);
        if (stored->what == create_outcome::kind::rate_limited)
            co_return caller.creates.over(now);
        if (stored->what != create_outcome::kind::id_taken)
            co_return answer_to(std::move(*stored), now, *rules);
    }
    co_return refused(errc::internal, "no free job id was found");
}

outcome<created_job> generations::answer_to(create_outcome stored, deadline::clock::time_point asked_at,
                                            const policy& rules) {
    switch (stored.what) {
        case create_outcome::kind::created:
            if (stored.first_lease)
                starter_.start(stored.stored, *stored.first_lease, asked_at);
            else
                starter_.wake();
            return created_job{std::move(stored.stored), false};
        case create_outcome::kind::replayed:
            if (!stored.same_request && rules.mismatch == on_key_mismatch::reject)
                return bad_field("idempotency_key", "the idempotency key was used with a different request");
            return created_job{std::move(stored.stored), true};
        case create_outcome::kind::queue_full: return queue_is_full(rules.limits);
        case create_outcome::kind::rate_limited:
        case create_outcome::kind::id_taken: break;
    }
    return refused(errc::internal, "the store named no outcome");
}

asio::awaitable<outcome<created_job>> generations::replay_or(refusal otherwise, job_owner owner,
                                                             std::optional<idempotency_claim> claim,
                                                             deadline by) {
    if (!claim)
        co_return otherwise;
    const policy_ptr rules = policy_;
    auto found = co_await store_.find_replay(std::move(owner), *claim, by);
    if (found)
        co_return answer_to(std::move(*found), gate_view::clock::now(), *rules);
    if (is(found.error(), errc::not_found))
        co_return otherwise;
    co_return from_port(found.error());
}

asio::awaitable<outcome<job>> generations::seed(job_owner owner, std::string seed_track_id, deadline by) {
    auto id = job_id_of_track(seed_track_id);
    if (!id)
        co_return bad_field("seed_track_id", "seed_track_id must be a track id (mtrack_...)");
    auto seed = co_await store_.find(std::move(owner), std::move(*id), by);
    if (seed && seed->state.status == job_status::succeeded)
        co_return std::move(*seed);
    if (seed || is(seed.error(), errc::not_found))
        co_return nothing_found("seed_track_id", std::move(seed_track_id));
    co_return from_port(seed.error());
}

asio::awaitable<outcome<job>> generations::get(const key_entry& caller, std::string organization,
                                               std::string job_id, deadline by) {
    return find(job_owner{std::move(organization), caller.key.user}, std::move(job_id), by);
}

asio::awaitable<outcome<job>> generations::find(job_owner owner, std::string job_id, deadline by) {
    if (auto known = store_.known(owner, job_id))
        co_return std::move(*known);
    auto found = co_await store_.find(std::move(owner), job_id, by);
    if (found)
        co_return std::move(*found);
    if (is(found.error(), errc::not_found))
        co_return nothing_found("job_id", std::move(job_id));
    co_return from_port(found.error());
}

asio::awaitable<outcome<std::vector<job>>> generations::list(const key_entry& caller,
                                                             std::string organization, job_filter filter,
                                                             deadline by) {
    job_owner owner{std::move(organization), caller.key.user};
    auto page = co_await store_.list(std::move(owner), filter, by);
    if (!page)
        co_return from_port(page.error());
    co_return std::move(*page);
}

asio::awaitable<outcome<job>> generations::cancel(const key_entry& caller, std::string organization,
                                                  std::string job_id, deadline by) {
    return cancel(job_owner{std::move(organization), caller.key.user}, std::move(job_id), by);
}

asio::awaitable<outcome<job>> generations::cancel(job_owner owner, std::string job_id, deadline by) {
    const policy_ptr rules = policy_;
    auto found = co_await find(owner, job_id, by);
    if (!found || is_terminal(found->state.status))
        co_return found;
    auto now = co_await store_.cancel(std::move(owner), job_id, progress_of(*found), rules->limits, by);
    if (now) {
        if (now->by_this_call)
            starter_.cancelled(now->value);
        co_return std::move(now->value);
    }
    if (is(now.error(), errc::not_found))
        co_return nothing_found("job_id", std::move(job_id));
    co_return from_port(now.error());
}

asio::awaitable<outcome<job>> generations::track(const key_entry& caller, std::string organization,
                                                 std::string track_id, deadline by) {
    auto id = job_id_of_track(track_id);
    if (!id)
        co_return nothing_found("track_id", std::move(track_id));
    auto found = co_await get(caller, std::move(organization), std::move(*id), by);
    if (found && found->state.status == job_status::succeeded)
        co_return found;
    if (found || found.error().code == errc::not_found)
        co_return nothing_found("track_id", std::move(track_id));
    co_return found.error();
}

std::vector<engine> generations::engines() const {
    std::vector<engine> open;
    for (const engine& each : policy_->engines)
        if (!gates_.is_retired(each))
            open.push_back(each);
    return open;
}

}  // namespace gateway::service
