-- Stands before every script: names, and the few moves that keep a job's places in step with its state.
--
-- KEYS[1] is the prefix of all keys. It ends in the only hash tag, so on a Redis Cluster everything lies in one slot and the
-- keys built from it here are where the script runs.
--
--   job:<id>     HASH    the job (job_codec.cpp names the fields)      req:<id>   STRING  what was asked for, never changes
--   text:<id>    STRING  texts too long for the hash, when there are   key:<key>  STRING  "<id> <request digest>"
--   list:<status>:<len>:<org>:<user>  ZSET  by creation; status * is all of them
--   due          ZSET    not yet accepted: end of the lease, or of the wait before the job is queued again
--   watch        ZSET    accepted: time of the next poll, or end of the lease
--   queue:<org>  ZSET    by creation: who was sent back comes first    orgs       ZSET    organizations that queue, by turn
--   in_flight    HASH    id -> org, who holds a slot                   in_flight_of  HASH  org -> how many
--   waiting      HASH    id -> org, who waits for one                  waiting_of    HASH  org -> how many
--   turn, polls  STRING  last turn given; when the next poll may start
--   gates        HASH    cs ar af tu tn                                retired    ZSET    by when it is forgotten
--
-- Times are microseconds of this server's clock (exact in a Lua number until the year 2255), durations milliseconds.
local P = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local now_ms = math.floor(now / 1000)
local DAY = 86400000000
local ENDED = {s = true, f = true, c = true, x = true}
local LIVE = {q = true, r = true}
local STEP = {w = true, s = true, a = true}

local function whole(number)
    return string.format('%.0f', number)
end

-- The length keeps ("a:b", "c") and ("a", "b:c") apart, whatever an id holds.
local function listing(status, org, user)
    return P .. 'list:' .. status .. ':' .. #org .. ':' .. org .. ':' .. user
end

-- The job, or nothing; then the second value says whether there is a record that makes no sense. pcall: a key of a wrong
-- type must not stop the script half-way.
local function load(id)
    local flat = redis.pcall('HGETALL', P .. 'job:' .. id)
    if flat.err then
        return nil, true
    end
    if #flat == 0 then
        return nil, false
    end
    local at = {}
    for i = 1, #flat, 2 do
        at[flat[i]] = flat[i + 1]
    end
    at.st = at.st or 'w'
    if not (at.o and at.u and tonumber(at.c) and tonumber(at.f) and STEP[at.st] and (LIVE[at.s] or ENDED[at.s])) then
        return nil, true
    end
    return {id = id, flat = flat, at = at}, false
end

local function copy(job)
    return {job.id, job.flat, redis.call('GET', P .. 'req:' .. job.id), redis.call('GET', P .. 'text:' .. job.id)}
end

-- One less of the organization's in a HASH of counts; a zero is not kept.
local function count_down(counts, org)
    if redis.call('HINCRBY', P .. counts, org, -1) <= 0 then
        redis.call('HDEL', P .. counts, org)
    end
end

-- Membership and count change together or not at all, so neither can leak.
local function take_slot(id, org)
    if redis.call('HSETNX', P .. 'in_flight', id, org) == 1 then
        redis.call('HINCRBY', P .. 'in_flight_of', org, 1)
    end
end

local function start_waiting(id, org)
    if redis.call('HSETNX', P .. 'waiting', id, org) == 1 then
        redis.call('HINCRBY', P .. 'waiting_of', org, 1)
    end
end

-- Out of every place a live job can be in. Asks the places, not the record: also right for a record that is broken or gone.
local function leave(id)
    redis.call('ZREM', P .. 'due', id)
    redis.call('ZREM', P .. 'watch', id)
    local org = redis.call('HGET', P .. 'in_flight', id)
    if org then
        redis.call('HDEL', P .. 'in_flight', id)
        count_down('in_flight_of', org)
    end
    org = redis.call('HGET', P .. 'waiting', id)
    if org then
        redis.call('HDEL', P .. 'waiting', id)
        count_down('waiting_of', org)
        local queue = P .. 'queue:' .. org
        if redis.call('ZREM', queue, id) == 1 and redis.call('EXISTS', queue) == 0 then
            redis.call('ZREM', P .. 'orgs', org)
        end
    end
end

-- By creation, so a job that was sent back stands before those that came later.
local function enqueue(id, org, created)
    start_waiting(id, org)
    redis.call('ZADD', P .. 'queue:' .. org, created, id)
    if not redis.call('ZSCORE', P .. 'orgs', org) then
        redis.call('ZADD', P .. 'orgs', redis.call('INCR', P .. 'turn'), org)
    end
end

-- Limits of 0 mean none.
local function room(most, most_of_org, org)
    if most > 0 and redis.call('HLEN', P .. 'in_flight') >= most then
        return false
    end
    return most_of_org == 0 or tonumber(redis.call('HGET', P .. 'in_flight_of', org) or 0) < most_of_org
end

-- A record that can't be read: out of everybody's way, and looked at again tomorrow (a newer program may read it).
local function shelve(id)
    leave(id)
    redis.call('ZADD', P .. 'due', whole(now + DAY), id)
end

local function extend(key, until_ms)
    local left = redis.call('PTTL', key)
    if left >= 0 and now_ms + left < until_ms then
        redis.call('PEXPIREAT', key, whole(until_ms))
    end
end

-- Moves the job between its owner's lists, and lets an ended one expire with all that belongs to it. The lists of an owner
-- who never comes back expire too: after the last of their jobs, and not while one is live.
local function change_status(job, status, retention)
    local org, user = job.at.o, job.at.u
    local all = listing('*', org, user)
    if status ~= job.at.s then
        redis.call('ZREM', listing(job.at.s, org, user), job.id)
        redis.call('ZADD', listing(status, org, user), job.at.c, job.id)
    end
    if not ENDED[status] then
        return
    end
    local expiry = whole(math.floor(job.at.c / 1000) + retention)
    for _, kind in ipairs({'job:', 'req:', 'text:'}) do
        redis.call('PEXPIREAT', P .. kind .. job.id, expiry)
    end
    if job.at.k then
        redis.call('PEXPIREAT', P .. 'key:' .. job.at.k, expiry)
    end
    -- None of their jobs ends after this; an older, longer retention still counts.
    local last = now_ms + retention
    local mine = listing(status, org, user)
    if redis.call('PTTL', mine) == -1 then
        redis.call('PEXPIREAT', mine, whole(last))
    else
        extend(mine, last)
    end
    if redis.call('EXISTS', listing('q', org, user), listing('r', org, user)) == 0 then
        for other in pairs(ENDED) do
            last = math.max(last, now_ms + redis.call('PTTL', listing(other, org, user)))
        end
        redis.call('PEXPIREAT', all, whole(last))
    end
end

-- credits shut for (-1: open), access shut (1 or 0), its retry, failures, throttled for, throttles, retired.
local function read_gates()
    local g = redis.call('HMGET', P .. 'gates', 'cs', 'ar', 'af', 'tu', 'tn')
    local credits = -1
    if g[1] then
        credits = math.max(0, math.floor((now - g[1]) / 1000))
    end
    local access, retry = 0, 0
    if g[2] then
        access, retry = 1, math.ceil((g[2] - now) / 1000)
    end
    local throttled = math.max(0, math.ceil(((g[4] or 0) - now) / 1000))
    local retired = redis.call('ZRANGEBYSCORE', P .. 'retired', '(' .. whole(now), '+inf')
    return {credits, access, retry, tonumber(g[3] or 0), throttled, tonumber(g[5] or 0), retired}
end
