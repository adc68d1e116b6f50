// Bytes of a Redis server. Read whole and in pieces they must give the same replies; and whatever a reply
// holds, the readers of answers make either sense of it or an error.
#include "adapters/redis/job_codec.hpp"
#include "adapters/redis/outcome_reader.hpp"
#include "adapters/redis/request_codec.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/support/redis_record.hpp"

namespace {

using namespace adapters::redis;
using fuzz::claim;

constexpr std::size_t most_bytes = 64 * 1024;

bool same(const reply& left, const reply& right) {
    if (left.what != right.what || left.number != right.number || left.text != right.text ||
        left.items.size() != right.items.size())
        return false;
    for (std::size_t i = 0; i < left.items.size(); ++i)
        if (!same(left.items[i], right.items[i]))
            return false;
    return true;
}

struct read_replies {
    std::vector<reply> replies;
    bool failed = false;
};

template <class NextSize>
read_replies read_all(std::string_view bytes, NextSize next_size) {
    reply_reader reader{most_bytes};
    read_replies read;
    while (!bytes.empty() && !read.failed) {
        const std::size_t count = std::min(next_size(), bytes.size());
        read.failed = !reader.feed(bytes.substr(0, count));
        bytes.remove_prefix(count);
        while (auto next = reader.next())
            read.replies.push_back(std::move(*next));
        read.failed = reader.failed();
    }
    return read;
}

std::size_t items_in(const reply& of) {
    std::size_t count = of.items.size();
    for (const reply& each : of.items)
        count += items_in(each);
    return count;
}

// A job that was read can be written, and reads the same again.
void check_job(const gateway::job& read) {
    tests::record_line line{
        {"o", read.owner.organization}, {"u", read.owner.user}, {"c", "1790000000123456"}};
    for (const auto& [name, value] : encode_state(read.state).fields)
        line.insert_or_assign(std::string{name}, value);
    const auto again =
        decode_job(read.id, tests::redis_record(line, encode_request(read.request)), read.as_of);
    claim(again.has_value(), "what was read can be written");
    claim(again->id == read.id && again->owner == read.owner && again->request == read.request &&
              again->state.status == read.state.status && again->state.task_id == read.state.task_id &&
              again->state.audio_url == read.state.audio_url && again->state.call == read.state.call,
          "and reads the same again");
}

void read_as_everything(const reply& answer) {
    const on_broken ignore = [](const std::string&) {};
    (void)is_taken(answer);
    (void)read_create(answer, gateway::new_job{});
    (void)read_replay(answer, ignore);
    (void)read_found(answer, ignore);
    (void)read_cancel(answer, ignore);
    (void)read_list(answer, ignore);
    (void)read_done(answer, ignore);
    (void)read_summons(answer, ignore);
    (void)read_gates(answer);
    (void)read_end_counts(answer);
    (void)read_overview(answer);
    (void)read_claim(answer, ignore);
    (void)time_of(answer);
}

}  // namespace

// The first byte chooses the cuts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    fuzz::cuts sizes{in.byte()};
    const std::string_view bytes = in.rest();
    const auto whole = read_all(bytes, [&] { return bytes.size(); });
    const auto cut = read_all(bytes, [&] { return sizes.next(); });
    claim(whole.failed == cut.failed && whole.replies.size() == cut.replies.size(),
          "cuts don't change what is read");
    for (std::size_t i = 0; i < whole.replies.size(); ++i) {
        const reply& each = whole.replies[i];
        claim(same(each, cut.replies[i]), "cuts don't change a reply");
        claim(items_in(each) * sizeof(reply) <= most_bytes, "a reply is within its bounds");
        read_as_everything(each);
        // An ended job may be shown without its request: then there is nothing whole to be written again.
        if (const auto job = read_record("mgen_1", each, gateway::store_time{});
            job && !is_terminal(job->state.status))
            check_job(*job);
    }
    return 0;
}
