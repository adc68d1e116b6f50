// Queries: of the list of generations, and of the console's search.
#include "adapters/aitronos/list_query.hpp"
#include "adapters/aitronos/query.hpp"
#include "gateway/console/search_query.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

namespace {

using fuzz::claim;

void check_list(std::string_view query) {
    const auto read = adapters::aitronos::read_list_query(query);
    if (!read) {
        const auto& refusal = read.error();
        claim(refusal.code == gateway::errc::invalid_request, "a bad query is an invalid request");
        claim(refusal.field == "status" || refusal.field == "limit" || refusal.field == "offset",
              "it names the field");
        return;
    }
    claim(read->limit >= 1 && read->limit <= 100 && read->offset >= 0 && read->offset <= 1'000'000,
          "a page is within its bounds");
    std::string plain = "limit=" + std::to_string(read->limit) + "&offset=" + std::to_string(read->offset);
    if (read->status)
        plain += "&status=" + std::string{gateway::to_string(*read->status)};
    const auto again = adapters::aitronos::read_list_query(plain);
    claim(again && again->limit == read->limit && again->offset == read->offset &&
              again->status == read->status,
          "its plain spelling reads the same");
}

void check_search(std::string_view query) {
    const auto read = gateway::console::read_search_query(query);
    if (const auto* bad = std::get_if<gateway::console::bad_query>(&read))
        claim(!bad->why.empty(), "what is wrong is said");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view query{reinterpret_cast<const char*>(data), size};
    std::size_t decoded = 0;
    for (const auto& each : adapters::aitronos::parameters_of(query)) {
        claim(!each.name.empty(), "a parameter has a name");
        decoded += each.name.size() + (each.value ? each.value->size() : 0);
    }
    claim(decoded <= query.size(), "decoding adds nothing");
    check_list(query);
    check_search(query);
    return 0;
}
