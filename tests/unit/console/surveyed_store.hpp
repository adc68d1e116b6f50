#pragma once
// A scripted store that operators can ask, too.

#include "gateway/domain/job_survey.hpp"

#include "tests/unit/service/scripted_store.hpp"

class surveyed_store final : public gateway::job_survey {
public:
    template <class T>
    using answer = boost::asio::awaitable<gateway::result<T>>;

    explicit surveyed_store(scripted_store& jobs) : jobs_{jobs} {}

    // The script.
    std::string next;
    bool complete = true;
    gateway::end_counts ends;

    // What happened.
    gateway::job_search searched;

    answer<gateway::job> look_up(std::string id, gateway::deadline) override {
        if (jobs_.failure)
            co_return jobs_.failure;
        const auto found = jobs_.jobs.find(id);
        if (found == jobs_.jobs.end())
            co_return make_error_code(gateway::errc::not_found);
        co_return found->second;
    }
    answer<gateway::job_page> search(gateway::job_search what, gateway::deadline) override {
        searched = what;
        if (jobs_.failure)
            co_return jobs_.failure;
        gateway::job_page page;
        for (const auto& [id, each] : jobs_.jobs)
            page.jobs.push_back(each);
        page.next = next;
        page.complete = complete;
        co_return page;
    }
    answer<gateway::end_counts> count_ends(gateway::milliseconds, gateway::deadline) override {
        if (jobs_.failure)
            co_return jobs_.failure;
        co_return ends;
    }

private:
    scripted_store& jobs_;
};
