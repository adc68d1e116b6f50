-- Stands before every script: names, and the few moves that keep a job's places in step with its state.
--
-- KEYS[1] is the prefix of all keys. It ends in the only hash tag, so on a Redis Cluster everything lies in one slot and the
-- keys built from it here are where the script runs.
--
--   job:<id>     HASH    the job (job_codec.cpp names the fields)      req:<id>   STRING  what was asked for, never changes
--   text:<id>    STRING  texts too long for the hash, when there are   key:<key>  STRING  "<id> <request digest>"
--   list:<status>:<len>:<org>:<user>  ZSET  by creation; status * is all of them, l the live ones
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
local ENDED = {s = true, f = true, c = true, x = true}
local LIVE = {q = true, r = true}
local STEP = {w = true, s = true, a = true}
local KEPT = 30 * 86400000  -- how long a condemned job is kept, in milliseconds
local BROKEN = 'The record of this job was damaged. Please try again.'

local function whole(number)
    return string.format('%.0f', number)
end

-- The length keeps ("a:b", "c") and ("a", "b:c") apart, whatever an id holds.
local function listing(status, org, user)
    return P .. 'list:' .. status .. ':' .. #org .. ':' .. org .. ':' .. user
end

local function is_sound(at)
    return at.o and at.u and tonumber(at.c) and tonumber(at.f) and STEP[at.st] and (LIVE[at.s] or ENDED[at.s])
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
    if not is_sound(at) then
        return nil, true
    end
    return {id = id, flat = flat, at = at}, false
end

-- What a write needs to know of a job, without its texts: its fields by name, st filled in. As load otherwise.
local GLANCE = {'s', 'f', 'st', 'o', 'u', 'c', 'k', 'co', 'l', 'la'}
local function glance(id)
    local values = redis.pcall('HMGET', P .. 'job:' .. id, unpack(GLANCE))
    if values.err then
        return nil, true
    end
    local at = {}
    for i, name in ipairs(GLANCE) do
        at[name] = values[i] or nil
    end
    if not (at.s or at.o) then
        return nil, redis.call('EXISTS', P .. 'job:' .. id) == 1
    end
    at.st = at.st or 'w'
    return at, not is_sound(at)
end

-- Greater than any before, also than those that an older copy of this data has forgotten: the clock is in it.
local function next_fence(job)
    return math.max(tonumber(job.at.f) + 1, now)
end

local function text_at(key)
    local text = redis.pcall('GET', key)
    return type(text) == 'string' and text
end

local function copy(job)
    return {job.id, job.flat, text_at(P .. 'req:' .. job.id), text_at(P .. 'text:' .. job.id)}
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

local function extend(key, until_ms)
    local left = redis.call('PTTL', key)
    if left >= 0 and now_ms + left < until_ms then
        redis.call('PEXPIREAT', key, whole(until_ms))
    end
end

-- Moves the job between its owner's lists, and lets an ended one expire with all that belongs to it. The lists of an owner
-- who never comes back expire too: after the last of their jobs, and not while one is live. `at` holds o, u, c, s and k.
local function change_status(id, at, status, retention)
    if not ENDED[status] then
        return  -- live jobs share one list
    end
    local org, user = at.o, at.u
    local all, live = listing('*', org, user), listing('l', org, user)
    if status ~= at.s then
        redis.call('ZREM', live, id)
        redis.call('ZADD', listing(status, org, user), at.c, id)
    end
    local expiry = whole(math.floor(at.c / 1000) + retention)
    for _, kind in ipairs({'job:', 'req:', 'text:'}) do
        redis.call('PEXPIREAT', P .. kind .. id, expiry)
    end
    if at.k then
        redis.call('PEXPIREAT', P .. 'key:' .. at.k, expiry)
    end
    -- None of their jobs ends after this; an older, longer retention still counts.
    local last = now_ms + retention
    local mine = listing(status, org, user)
    if redis.call('PTTL', mine) == -1 then
        redis.call('PEXPIREAT', mine, whole(last))
    else
        extend(mine, last)
    end
    if redis.call('EXISTS', live) == 0 then
        for other in pairs(ENDED) do
            last = math.max(last, now_ms + redis.call('PTTL', listing(other, org, user)))
        end
        redis.call('PEXPIREAT', all, whole(last))
    end
end

-- A record that can't be read fails by itself, so that it stops nobody else and its client learns of it (readers make do with
-- what is legible of a job that has ended). One that does not even say whose it is leaves the schedule and stays for a human.
local function condemn(id)
    leave(id)
    local flat = redis.pcall('HGETALL', P .. 'job:' .. id)
    local at = {}
    for i = 1, flat.err and 0 or #flat, 2 do
        at[flat[i]] = flat[i + 1]
    end
    if not (at.o and at.u) then
        return
    end
    local created = tonumber(at.c) and at.c or whole(now)
    local status = ENDED[at.s] and at.s or 'f'
    redis.call('HSET', P .. 'job:' .. id, 'c', created, 'f', whole(now), 's', status)
    if status ~= at.s then
        redis.call('HSET', P .. 'job:' .. id, 'em', BROKEN)
    end
    if at.st and not STEP[at.st] then
        redis.call('HDEL', P .. 'job:' .. id, 'st')
    end
    redis.call('ZREM', listing('l', at.o, at.u), id)
    redis.call('ZADD', listing(status, at.o, at.u), created, id)
    change_status(id, {o = at.o, u = at.u, c = created, s = status, k = at.k}, status, KEPT)
end

-- As load, after condemning what makes no sense.
local function load_or_condemn(id)
    local job, broken = load(id)
    if broken then
        condemn(id)
        job, broken = load(id)
    end
    return job, broken
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
