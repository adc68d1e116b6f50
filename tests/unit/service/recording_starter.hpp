#pragma once
// A worker that only notes what it was given.

#include "gateway/service/generations.hpp"

#include <string>
#include <vector>

class recording_starter final : public gateway::service::job_starter {
public:
    void start(gateway::job stored, gateway::lease held, gateway::deadline::clock::time_point) override {
        started.push_back(stored.id);
        leases.push_back(held);
    }
    void recall(std::string job_id) override { recalled.push_back(std::move(job_id)); }
    void wake() override { ++woken; }
    void cancelled(const gateway::job& ended) override { ended_by_clients.push_back(ended.id); }
    bool accepts() const override { return accepting; }

    bool accepting = true;
    std::vector<std::string> started;
    std::vector<std::string> recalled;
    std::vector<gateway::lease> leases;
    std::vector<std::string> ended_by_clients;
    int woken = 0;
};
