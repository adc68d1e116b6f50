#include "tests/chaos/ledger.hpp"

namespace chaos {

void order::saw(const std::string& status, const std::string& ending) {
    if (!seen.empty() && seen.back().status == status && seen.back().ending == ending)
        return;
    seen.push_back({std::chrono::steady_clock::now(), status, ending});
}

}  // namespace chaos
