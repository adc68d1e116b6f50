#pragma once
// The API's listener serves two things: the producer's own routes, and control.

#include "backend.hpp"
#include "site.hpp"

namespace simulator {

class api_site : public site {
public:
    explicit api_site(backend& all) : all_{all} {}

    bool refuses(std::string_view first_bytes) const override;
    answer respond(request&& incoming) override;

private:
    backend& all_;
};

}  // namespace simulator
