-- uses: gates
-- job_store::change_gates. ARGV: what, its milliseconds or retirement, how long a retirement lasts. Reply: 'gates', gates.
local gates = P .. 'gates'
local what = ARGV[1]
if what == 'shut_credits' then
    redis.call('HSETNX', gates, 'cs', whole(now))  -- the first refusal counts: the hold is measured from it
elseif what == 'open_credits' then
    redis.call('HDEL', gates, 'cs')
elseif what == 'shut_access' then
    redis.call('HSET', gates, 'ar', whole(now + ARGV[2] * 1000))
    redis.call('HINCRBY', gates, 'af', 1)
elseif what == 'open_access' then
    redis.call('HDEL', gates, 'ar', 'af', 'tn')  -- a pause that was asked for is sat out
elseif what == 'throttle' then
    local pause_ends = math.max(tonumber(redis.call('HGET', gates, 'tu') or 0), now + ARGV[2] * 1000)
    redis.call('HSET', gates, 'tu', whole(pause_ends))
    redis.call('HINCRBY', gates, 'tn', 1)
elseif what == 'retire_engine' then
    redis.call('ZREMRANGEBYSCORE', P .. 'retired', '-inf', whole(now))
    redis.call('ZADD', P .. 'retired', whole(now + ARGV[3] * 1000), ARGV[2])
end
return {'gates', read_gates()}
