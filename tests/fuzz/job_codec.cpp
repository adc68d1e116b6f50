// Jobs on their way to Redis and back: whatever the program can make of a job comes back as it was.
#include "adapters/redis/job_codec.hpp"
#include "adapters/redis/clips_codec.hpp"
#include "adapters/redis/request_codec.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/made_job.hpp"
#include "tests/support/redis_record.hpp"

namespace {

using namespace adapters::redis;
using fuzz::claim;
using tests::record_line;

std::optional<gateway::job> read(const record_line& line, const std::string& request) {
    return decode_job("mgen_0123456789ab", tests::redis_record(line, request), gateway::store_time{});
}

// Boost.JSON 1.81 reads the last digits of a fraction a little off.
void claim_same(gateway::job_state left, gateway::job_state right) {
    claim(left.clips.size() == right.clips.size(), "all clips come back");
    for (std::size_t i = 0; i < left.clips.size(); ++i) {
        claim(std::abs(left.clips[i].seconds - right.clips[i].seconds) < 1e-6, "a clip's length comes back");
        left.clips[i].seconds = right.clips[i].seconds;
    }
    claim(left == right, "a state comes back as it was");
}

void put_into(record_line& to, const encoded_state& change) {
    for (const std::string_view name : change.absent)
        to.erase(std::string{name});
    for (const auto& [name, value] : change.fields)
        to.insert_or_assign(std::string{name}, value);
}

void check_clips(std::string_view text) {
    gateway::job_state read;
    if (!decode_clips(text, read))
        return;
    const std::string written = encode_clips(read);
    if (written.empty())
        return;
    gateway::job_state again;
    claim(decode_clips(written, again), "clips that were read can be written");
    claim(again.clips.size() == read.clips.size() && again.clips_planned == read.clips_planned &&
              again.earlier_credits == read.earlier_credits && again.mastering == read.mastering,
          "and read the same again");
}

void check_request(std::string_view text) {
    const auto read = decode_request(text);
    if (!read)
        return;
    const auto again = decode_request(encode_request(*read));
    claim(again && *again == *read, "a request that was read can be written, and reads the same again");
}

}  // namespace

// Choices of a request and of two states; and, as they stand, perhaps the texts that codecs read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    check_clips(in.rest());
    check_request(in.rest());

    const auto request = fuzz::made_request(in);
    const auto before = fuzz::made_state(in);
    const auto next = fuzz::made_state(in);
    const std::string encoded_request = encode_request(request);
    record_line line{{"o", in.text()}, {"u", in.text()}, {"c", "1790000000123456"}};
    put_into(line, encode_state(before));
    const auto stored = read(line, encoded_request);
    claim(stored.has_value(), "what we wrote is read");
    claim(stored->request == request, "a request comes back as it was");
    claim(stored->owner.organization == line["o"] && stored->owner.user == line["u"], "an owner too");
    claim_same(stored->state, before);

    put_into(line, encode_change(before, next));
    const auto changed = read(line, encoded_request);
    claim(changed.has_value(), "what a change left is read");
    claim_same(changed->state, next);
    return 0;
}
