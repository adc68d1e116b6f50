-- uses: records
-- job_store::overview. ARGV: how many organizations, and how many jobs that pause, are looked at for the oldest.
-- Reply: 'overview', queued, pausing, submitting, running, milliseconds the oldest has waited (-1: nobody waits), milliseconds the
-- most overdue look is late. Counts are lengths, so the cost does not grow with the jobs.
local window = tonumber(ARGV[1])
local submitting, running = redis.call('ZCARD', P .. 'due'), redis.call('ZCARD', P .. 'watch')
local pausing = redis.call('ZCARD', P .. 'later')
local queued = math.max(0, redis.call('HLEN', P .. 'waiting') - pausing)  -- a damaged store must not count below zero

local oldest = nil
local function consider(created)
    created = tonumber(created)
    if created then
        oldest = math.min(oldest or created, created)
    end
end
for _, org in ipairs(redis.call('ZRANGE', P .. 'orgs', 0, window - 1)) do
    consider(redis.call('ZRANGE', P .. 'queue:' .. org, 0, 0, 'WITHSCORES')[2])
end
for _, id in ipairs(redis.call('ZRANGE', P .. 'later', 0, window - 1)) do
    local job = load(id)
    consider(job and job.at.c)
end
local waited = oldest and math.max(0, math.floor((now - oldest) / 1000)) or -1

local late = 0
local first = redis.call('ZRANGEBYSCORE', P .. 'watch', '(0', whole(now), 'WITHSCORES', 'LIMIT', 0, 1)[2]
if first then
    late = math.floor((now - first) / 1000)
end
return {'overview', queued, pausing, submitting, running, waited, late}
