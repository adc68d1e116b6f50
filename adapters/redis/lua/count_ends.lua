-- uses:
-- job_store::count_ends. ARGV: created within so many milliseconds. Reply: 'counted', succeeded, failed, cancelled, refused.
local since = whole(now - ARGV[1] * 1000)
local function count(status)
    return redis.call('ZCOUNT', P .. 'ended:' .. status, since, '+inf')
end
return {'counted', count('s'), count('f'), count('c'), count('x')}
