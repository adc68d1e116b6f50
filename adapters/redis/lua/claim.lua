-- uses: records fences places ends condemn gates
-- job_store::claim. ARGV: most, start queued (1 or 0), ignore slots (1 or 0), lease, most in flight, most of an organization
-- in flight, microseconds between polls (0: no limit).
-- Reply: 'claimed', now, milliseconds until the next is due (-1: none), waiting, gates, claims {fence, start in, copy}, broken
-- ids.
local most, lease = tonumber(ARGV[1]), tonumber(ARGV[4]) * 1000
local most_in_flight, most_of_org, interval = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local AHEAD = 250000  -- how far ahead a poll may be booked
local MOVES = 256     -- jobs sent back to their queues by one call
local WINDOW = 128    -- organizations looked at in one round
local claims, claimed, broken_ids = {}, {}, {}

local function hand_out(job, schedule, start_in)
    local fence = next_fence(job)
    job.at.f, job.at.l = whole(fence), '1'
    store(job)
    count_slot(job.id, job.at.o, most_of_org)
    redis.call('ZADD', P .. schedule, whole(now + start_in + lease), job.id)
    claims[#claims + 1] = {fence, math.ceil(start_in / 1000), copy(job)}
    claimed[job.id] = true
end

-- The live job, or nothing after having put away what is none.
local function sound(id)
    local job, broken = load(id)
    if broken then
        condemn(id)
        broken_ids[#broken_ids + 1] = id
    elseif not job or ENDED[job.at.s] then
        leave(id)
        job = nil
    end
    return job
end

-- Jobs whose pause is over. Nothing was sent for them, so they queue again, at the head.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'later', '-inf', whole(now), 'LIMIT', 0, MOVES)) do
    local job = sound(id)
    if job then
        leave(id)
        enqueue(id, job.at.o, job.at.c)
    end
end

-- Lapsed leases; likewise for those under which nothing was sent.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'due', '-inf', whole(now), 'LIMIT', 0, MOVES)) do
    local job = sound(id)
    if job and job.at.st == 'w' then
        leave(id)
        enqueue(id, job.at.o, job.at.c)
    elseif job and job.at.st == 'a' then
        redis.call('ZREM', P .. 'due', id)
        redis.call('ZADD', P .. 'watch', whole(now), id)
    elseif job and #claims < most then
        hand_out(job, 'due', 0)
    end
end

-- Polls, spaced evenly: no burst after a quiet time, and none booked further ahead than the caller should have to hold one.
local polls_open_at = 0
if #claims < most then
    local free_at = tonumber(redis.call('GET', P .. 'polls') or 0)
    if free_at > now + AHEAD + interval then
        free_at = now + interval  -- the clock was set back, or the budget raised
        redis.call('SET', P .. 'polls', whole(free_at))
    end
    local ids = redis.call('ZRANGEBYSCORE', P .. 'watch', '-inf', whole(now), 'LIMIT', 0, most - #claims)
    for _, id in ipairs(ids) do
        local start = interval > 0 and math.max(now, free_at) or now
        if start - now > AHEAD then
            polls_open_at = start - AHEAD
            break
        end
        local job = sound(id)
        if job then
            hand_out(job, 'watch', start - now)
            free_at = start + interval
            redis.call('SET', P .. 'polls', whole(free_at))
        end
    end
end

-- The first of the organization's queue, under a lease. False when there is none after all.
local function serve(org)
    local id = redis.call('ZRANGE', P .. 'queue:' .. org, 0, 0)[1]
    if not id then
        redis.call('ZREM', P .. 'orgs', org)
        return false
    end
    redis.call('ZADD', P .. 'orgs', 'XX', redis.call('INCR', P .. 'turn'), org)
    local job = sound(id)
    if job then
        leave(id)
        hand_out(job, 'due', 0)
    end
    return true
end

local ignore_slots = ARGV[3] == '1'
local function may_start(org)
    return ignore_slots or room(most_in_flight, most_of_org, org)
end

-- Round by round, one job each: whoever was served goes to the back. A round in which everybody looked at has their share
-- already is sent to the back as a whole, so that those behind are looked at next time.
local function full()
    return #claims >= most or
        (not ignore_slots and most_in_flight > 0 and in_flight() >= most_in_flight)
end
local serving = ARGV[2] == '1'
while serving and not full() do
    local orgs = redis.call('ZRANGE', P .. 'orgs', 0, WINDOW - 1)
    serving = false
    for _, org in ipairs(orgs) do
        if full() then
            break
        end
        if may_start(org) and serve(org) then
            serving = true
        end
    end
    if not serving and #orgs == WINDOW and not full() then
        for _, org in ipairs(orgs) do
            redis.call('ZADD', P .. 'orgs', 'XX', redis.call('INCR', P .. 'turn'), org)
        end
    end
end

-- The earliest that was not handed out just now; those are at most #claims, so one more than that is enough to look at.
local next_due = nil
local function look_at(schedule, not_before)
    local heads = redis.call('ZRANGE', P .. schedule, 0, #claims, 'WITHSCORES')
    for i = 1, #heads, 2 do
        if not claimed[heads[i]] then
            local at = math.max(tonumber(heads[i + 1]), not_before, now)
            next_due = math.min(next_due or at, at)
            return
        end
    end
end
look_at('due', 0)
look_at('later', 0)
look_at('watch', polls_open_at)
local next_in = next_due and math.ceil((next_due - now) / 1000) or -1
return {'claimed', now_ms, next_in, redis.call('HLEN', P .. 'waiting'), read_gates(), claims, broken_ids}
