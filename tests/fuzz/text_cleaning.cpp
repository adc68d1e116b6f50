// Texts of others on their way to users, logs and upstream.
#include "adapters/producer/text_cleaning.hpp"
#include "adapters/producer/host_rules.hpp"
#include "adapters/producer/retry_after.hpp"
#include "tests/fuzz/answer_of.hpp"

#include <boost/json/parse.hpp>

namespace {

using namespace adapters::producer;
using fuzz::claim;

void check_cleaned(std::string_view text) {
    const std::string once = cleaned(text);
    fuzz::claim_fit_for_users(once);
    claim(first_code_points(once, 300) == once, "a cleaned text has at most 300 characters");
}

void check_without_secret(std::string_view text) {
    constexpr std::string_view secret{"Zq9-Zq9"};  // shares nothing with the mark that takes its place
    claim(without_secret(std::string{text}, secret).find(secret) == std::string::npos, "no secret is left");
}

void check_characters(std::string_view text) {
    const std::string sound = well_formed(text);
    claim(gateway::json::is_utf8(sound), "what is well-formed is UTF-8");
    claim(!gateway::json::is_utf8(text) || sound == text, "UTF-8 stays as it is");
    for (const std::size_t most : {0U, 1U, 5U, 80U}) {
        const auto cut = first_characters(sound, most);
        claim(sound.starts_with(cut) && gateway::json::is_utf8(cut), "a text ends between characters");
        std::size_t units = 0;
        for (const char each : cut)
            units += ((static_cast<unsigned char>(each) & 0xC0U) != 0x80) +
                     (static_cast<unsigned char>(each) >= 0xF0);
        claim(units <= most, "and is as short as asked for");
    }
}

void check_json(std::string_view text) {
    std::string quoted;
    gateway::json::append_string(quoted, text);
    boost::system::error_code failure;
    const auto read = boost::json::parse(quoted, failure);
    claim(!failure && read.is_string(), "what we write as JSON is JSON");
    if (gateway::json::is_utf8(text))
        claim(std::string_view{read.get_string()} == text, "and holds the text");
}

void check_hosts(std::string_view text) {
    std::vector<std::string> entries;
    for (fuzz::input in{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; !in.empty();)
        entries.emplace_back(in.line());
    std::string wrong;
    const auto rules = host_rules::parse(entries, &wrong);
    const url metadata{false, "169.254.169.254", 80, "/"};
    if (rules && rules->permits(metadata, boost::asio::ip::make_address("169.254.169.254")))
        claim(text.find("169.254.") != std::string_view::npos || text.find('/') != std::string_view::npos,
              "a private address is permitted only where it is named");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_cleaned(text);
    check_without_secret(text);
    check_characters(text);
    check_json(text);
    check_hosts(text);
    fuzz::claim_bounded(
        read_retry_after(text, std::chrono::sys_seconds{std::chrono::seconds{1'790'000'000}}));
    return 0;
}
