// The two stores, each with a way to let time pass.
#include "adapters/memory/job_store.hpp"
#include "adapters/redis/job_store.hpp"
#include "tests/contract/job_store_contract.hpp"
#include "tests/support/redis_server.hpp"

namespace contract {

namespace {

class memory_under_test final : public store_under_test {
public:
    gateway::job_store& store() override { return store_; }
    gateway::job_survey& survey() override { return store_; }
    void pass(milliseconds time) override { now_ += time; }
    milliseconds unseen() const override { return milliseconds{0}; }

private:
    gateway::store_time now_{std::chrono::floor<milliseconds>(std::chrono::system_clock::now())};
    adapters::memory::job_store store_{[this] { return now_; }};
};

// Makes everything older by ARGV[1] milliseconds, which is what the passing of time looks like from inside.
constexpr const char* older = R"lua(
local P, ms = KEYS[1], tonumber(ARGV[1])
local us = ms * 1000
local function whole(n) return string.format('%.0f', n) end
for _, key in ipairs(redis.call('KEYS', P:gsub('([{}%[%]*?])', '\\%1') .. '*')) do
    local name = key:sub(#P + 1)
    local left = redis.call('PTTL', key)
    if left >= 0 and left <= ms then
        redis.call('DEL', key)
    elseif left >= 0 then
        redis.call('PEXPIRE', key, whole(left - ms))
    end
    if name == 'due' or name == 'watch' or name == 'later' or name == 'retired' or name:match('^queue:')
        or name:match('^list:') or name:match('^ended:') then
        local entries = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
        for i = 1, #entries, 2 do
            redis.call('ZINCRBY', key, whole(-us), entries[i])
        end
    elseif name == 'polls' or name:match('^rate:') and left > ms then
        redis.call('SET', key, whole(redis.call('GET', key) - us), 'KEEPTTL')
    elseif name == 'gates' then
        for _, field in ipairs({'cs', 'ar', 'tu'}) do
            local at = redis.call('HGET', key, field)
            if at then redis.call('HSET', key, field, whole(at - us)) end
        end
    elseif name:match('^job:') and (left < 0 or left > ms) then
        local text = redis.call('GET', key)
        local line_end = string.find(text, '\n', 1, true)
        local line = cjson.decode(string.sub(text, 1, line_end - 1))
        line.c = whole(line.c - us)
        redis.call('SET', key, cjson.encode(line) .. string.sub(text, line_end), 'KEEPTTL')
    end
end
return 'OK'
)lua";

class redis_under_test final : public store_under_test {
public:
    explicit redis_under_test(boost::asio::io_context& context) : context_{context} {
        server().command({"FLUSHALL"});
        store_.emplace(context, *adapters::redis::parse_address(server().url()));
        const auto up =
            tests::await(context, store_->link().ready(gateway::deadline::after(std::chrono::seconds{20})));
        EXPECT_TRUE(up);
    }
    ~redis_under_test() override { tests::await(context_, store_->link().close(milliseconds{5'000})); }

    gateway::job_store& store() override { return *store_; }
    gateway::job_survey& survey() override { return *store_; }
    void pass(milliseconds time) override {
        server().command({"EVAL", older, "1", "mg:{jobs}:", std::to_string(time.count())});
        passed_ += time;
    }
    milliseconds unseen() const override { return passed_; }

    static tests::redis_server& server() {
        static tests::redis_server one;
        return one;
    }

private:
    boost::asio::io_context& context_;
    milliseconds passed_{0};
    std::optional<adapters::redis::job_store> store_;
};

}  // namespace

std::unique_ptr<store_under_test> make_store(kind which, boost::asio::io_context& context) {
    if (which == kind::memory)
        return std::make_unique<memory_under_test>();
    return std::make_unique<redis_under_test>(context);
}

}  // namespace contract
