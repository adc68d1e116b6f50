#include "adapters/s3/s3_source.hpp"

#include "adapters/s3/upload.hpp"
#include "gateway/runtime/quiet_cancellation.hpp"

#include <algorithm>

namespace adapters::s3 {

namespace asio = boost::asio;
using gateway::errc;
using gateway::result;

namespace {

constexpr std::uint64_t read_ahead = 512 * 1024;
constexpr std::uint64_t most_at_once = 8 * 1024 * 1024;
constexpr std::chrono::seconds patience{30};

}  // namespace

asio::awaitable<result<std::string>> s3_source::read(std::uint64_t offset, std::size_t most) {
    if (offset >= size_)
        co_return std::string{};
    const bool reads_on = offset > 0 && offset == ahead_from_;
    std::string given = reads_on ? std::exchange(ahead_, {}) : std::string{};
    ahead_.clear();
    const std::uint64_t wanted = std::min<std::uint64_t>(most, size_ - offset);
    while (given.size() < wanted) {
        const std::uint64_t from = offset + given.size();
        const std::uint64_t missing = std::max(wanted - given.size(), reads_on ? read_ahead : 0);
        auto fetching = fetch(from, std::min({missing, most_at_once, size_ - from}));
        const auto bytes = co_await std::move(fetching);
        if (!bytes)
            co_return bytes.error();
        given += *bytes;
    }
    if (given.size() > wanted) {
        ahead_ = given.substr(wanted);
        given.resize(wanted);
    }
    ahead_from_ = offset + wanted;
    co_return given;
}

asio::awaitable<result<std::string>> s3_source::fetch(std::uint64_t offset, std::uint64_t length) {
    const bool throwing = co_await gateway::stop_throwing_when_cancelled();
    operation what;
    what.key = key_;
    what.headers = {{"range", "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + length - 1)}};
    if (!etag_.empty())
        what.headers.emplace_back("if-match", etag_);
    what.most_answer = std::max<std::uint64_t>(length, 64 * 1024);
    reply got = co_await link_->perform(what, gateway::deadline::after(patience));
    co_await asio::this_coro::throw_if_cancelled(throwing);
    const bool whole = offset == 0 && length == size_ && got.answer.status == 200;
    if (got.ok() && got.answer.status != 206 && !whole)
        got.trouble = "HTTP " + std::to_string(got.answer.status) + " to a range";
    if (got.ok() && got.answer.body.size() != length)
        got.trouble = "another number of bytes than was asked for";
    if (!got.ok())
        co_return store_failure("reading", got);
    co_return std::move(got.answer.body);
}

}  // namespace adapters::s3
