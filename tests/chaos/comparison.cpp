#include "tests/chaos/comparison.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace chaos {

namespace {

constexpr int enough_tries = 6;

int rank(const std::string& status) {
    return status == "queued" ? 0 : status == "running" ? 1 : 2;
}

std::string error_message_in(const std::string& ending) {
    boost::system::error_code failed;
    const auto value = boost::json::parse(ending, failed);
    const auto* object = failed ? nullptr : value.if_object();
    const auto* message = object ? object->if_contains("error_message") : nullptr;
    return message && message->is_string() ? std::string{message->get_string()} : std::string{};
}

end_of_job end_of(const order& what) {
    if (!what.ended())
        return end_of_job::none;
    return end_in_words(what.seen.back().status, error_message_in(what.seen.back().ending));
}

std::string described(const order& what, const upstream_record& upstream) {
    std::string text = "  prompt: " + what.prompt + "\n  user: " + (what.by ? what.by->user : "?") +
                       ", key: " + what.key + ", attempts: " + std::to_string(what.attempts) +
                       (what.cancel_asked ? ", cancel asked" : "") + "\n  jobs:";
    for (const auto& id : what.job_ids)
        text += " " + id;
    text += "\n  seen:";
    for (const auto& each : what.seen)
        text += "\n    " + each.status + (each.ending.empty() ? "" : " " + each.ending);
    text += "\n  upstream: received " + std::to_string(upstream.received) + ", accepted " +
            std::to_string(upstream.accepted) + ", succeeded " + std::to_string(upstream.succeeded);
    for (const auto& task : upstream.tasks)
        text += "\n    task " + task;
    return text + "\n";
}

class comparer {
public:
    comparer(const ledgers& all, const comparison_terms& terms) : all_{all}, terms_{terms} {
        for (const auto& [user, ids] : all.listed)
            for (const auto& id : ids)
                ++listed_[id];
    }

    comparison result() {
        for (const order_book& book : all_.promised)
            for (const order& each : book)
                check(each);
        for (const auto& [id, times] : listed_)
            if (!known_ids_.contains(id))
                found_.differences.push_back("a job that nobody was promised is in a list: " + id + "\n");
        for (const auto& [prompt, record] : all_.upstream) {
            found_.totals.tasks += static_cast<std::uint64_t>(record.accepted);
            if (!known_prompts_.contains(prompt))
                found_.differences.push_back("upstream was sent what nobody ordered: " + prompt + "\n");
        }
        return std::move(found_);
    }

private:
    void check(const order& what) {
        const auto at = all_.upstream.find(what.prompt);
        const upstream_record upstream = at == all_.upstream.end() ? upstream_record{} : at->second;
        known_prompts_.insert(what.prompt);
        known_ids_.insert(what.job_ids.begin(), what.job_ids.end());
        current_ = &what;
        upstream_ = &upstream;
        found_.totals.dropped += static_cast<std::uint64_t>(what.dropped);
        for (const auto& odd : what.oddities)
            differ(odd);
        check_upstream();
        if (!what.promised()) {
            ++found_.totals.given_up;
            if (upstream.received > 0)
                differ("a create that was never answered reached upstream all the same");
            return;
        }
        ++found_.totals.promised;
        check_store();
        check_history();
        check_end();
    }

    void check_upstream() {
        if (upstream_->accepted > terms_.most_tasks) {
            ++found_.totals.twice;
            differ_if_kept("generated, and charged, more than once");
        } else if (upstream_->received > terms_.most_tasks && !current_->kind->sent_again) {
            differ_if_kept("sent upstream again although its first call may have arrived");
        }
    }

    void check_store() {
        if (current_->job_ids.size() > 1) {
            ++found_.totals.twice;
            differ_if_kept("one key made several jobs");
        }
        for (const auto& id : current_->job_ids)
            if (const auto listed = listed_.find(id); listed != listed_.end() && listed->second > 1)
                differ("a job is in the list " + std::to_string(listed->second) + " times");
        const bool listed = listed_.contains(current_->job_id());
        if (listed && current_->ended() && !current_->missing)
            return;
        ++found_.totals.lost;
        differ_if_kept(current_->missing ? "a promised job was answered 404"
                       : listed          ? "a promised job never ended"
                                         : "a promised job is not in its owner's list");
    }

    void check_history() {
        if (terms_.store_may_go_back)
            return;
        for (std::size_t i = 1; i < current_->seen.size(); ++i) {
            const sighting& before = current_->seen[i - 1];
            const sighting& after = current_->seen[i];
            if (!before.ending.empty())
                differ("a terminal job changed afterwards");
            else if (rank(after.status) < rank(before.status))
                differ("a job went back from " + before.status + " to " + after.status);
        }
    }

    void check_end() {
        const end_of_job end = end_of(*current_);
        count(end);
        if (end == end_of_job::none)
            return;  // lost, and said so already
        if (end == end_of_job::succeeded &&
            (upstream_->succeeded < 1 || upstream_->succeeded > terms_.most_tasks))
            differ_if_kept("succeeded, and upstream has " + std::to_string(upstream_->succeeded) +
                           " finished tasks");
        if (current_->audio && *current_->audio != 206)
            differ("its audio can't be had: HTTP " + std::to_string(*current_->audio));
        if (end == end_of_job::cancelled) {
            if (!current_->cancel_asked)
                differ("cancelled, and nobody asked for it");
            return;
        }
        const upstream_kind& kind = *current_->kind;
        const end_of_job meant = terms_.webhooks && kind.made ? end_of_job::succeeded : kind.ends;
        const bool as_meant = end == meant;
        const bool lost_answer = end == end_of_job::outcome_unknown && terms_.unknown_for_any;
        // Sent again and again, and told to try later each time: somewhere that has to end.
        const bool worn_out = end == end_of_job::generation_failed && kind.sent_again &&
                              upstream_->accepted == 0 && upstream_->received >= enough_tries;
        if (!as_meant && !lost_answer && !worn_out)
            differ("ended '" + std::string{to_string(end)} + "' where upstream leads to '" +
                   std::string{to_string(meant)} + "'");
        if (end == end_of_job::outcome_unknown && !terms_.unknown_for_any &&
            upstream_->received != terms_.most_tasks)
            differ("it was to be received upstream exactly " + std::to_string(terms_.most_tasks) + " times");
        if (upstream_->received > 1 && !kind.sent_again &&
            error_message_in(current_->seen.back().ending).find("not repeated") != std::string::npos)
            differ("its message says that it was not repeated, and it was");
    }

    void count(end_of_job end) {
        tally& to = found_.totals;
        switch (end) {
            case end_of_job::none: break;
            case end_of_job::succeeded: ++to.succeeded; break;
            case end_of_job::refused: ++to.refused; break;
            case end_of_job::cancelled: ++to.cancelled; break;
            case end_of_job::outcome_unknown: ++to.unknown; break;
            case end_of_job::generation_failed:
            case end_of_job::failed_otherwise: ++to.failed; break;
        }
    }

    // What an older copy of the store explains, when one may have taken over.
    void differ_if_kept(const std::string& what) {
        if (!terms_.store_may_lose)
            differ(what);
    }

    void differ(const std::string& what) {
        found_.differences.push_back(what + "\n" + described(*current_, *upstream_));
    }

    const ledgers& all_;
    const comparison_terms& terms_;
    std::map<std::string, int> listed_;
    std::set<std::string> known_ids_;
    std::set<std::string> known_prompts_;
    const order* current_ = nullptr;
    const upstream_record* upstream_ = nullptr;
    comparison found_;
};

}  // namespace

tally& tally::operator+=(const tally& other) {
    promised += other.promised;
    succeeded += other.succeeded;
    unknown += other.unknown;
    failed += other.failed;
    refused += other.refused;
    cancelled += other.cancelled;
    given_up += other.given_up;
    dropped += other.dropped;
    lost += other.lost;
    twice += other.twice;
    tasks += other.tasks;
    return *this;
}

comparison compare(const ledgers& all, const comparison_terms& terms) {
    return comparer{all, terms}.result();
}

}  // namespace chaos
