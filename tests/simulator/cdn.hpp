#pragma once
// The other origin, from which results are fetched: real music, no authorization, byte ranges, and everything
// that goes wrong with such links.

#include "backend.hpp"
#include "site.hpp"

namespace simulator {

class cdn_site : public site {
public:
    explicit cdn_site(backend& all) : all_{all} {}

    bool refuses(std::string_view) const override { return false; }
    answer respond(request&& incoming) override;

private:
    backend& all_;
};

}  // namespace simulator
