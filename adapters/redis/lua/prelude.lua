-- Stands before every script: names. The parts that a script says it uses in its first line follow; what it does not use is left
-- out, because a script makes all of this anew at each call.
--
-- KEYS[1] is the prefix of all keys. It ends in the only hash tag, so on a Redis Cluster everything lies in one slot and the
-- keys built from it here are where the script runs.
--
--   job:<id>     STRING  a line that changes (an object of texts in JSON, job_codec.cpp names them), then what was asked for
--   key:<key>    STRING  "<id> <request digest>"
--   jobs:<len>:<org>:<user>  LIST  all of an owner's jobs, as they were created
--   list:<status>:<len>:<org>:<user>  ZSET  by creation: those that ended so; status l is the live ones
--   ended:<status>  ZSET  by creation: "<id> <org>" of the youngest that ended so, for operators; short
--   due          ZSET    holds a slot, not yet accepted: end of the lease
--   watch        ZSET    holds a slot, accepted: time of the next poll, or end of the lease
--   later        ZSET    sits out a pause: when it is queued again
--   queue:<org>  ZSET    by creation: who was sent back comes first    orgs       ZSET    organizations that queue, by turn
--   in_flight    HASH    id -> org, slots of organizations with a limit   in_flight_of  HASH  org -> how many of those
--   waiting      HASH    id -> org, who waits for a slot               waiting_of    HASH  org -> how many
--   turn, polls  STRING  last turn given; when the next poll may start
--   gates        HASH    cs ar af tu tn                                retired    ZSET    by when it is forgotten
--   rate:<key>   STRING  when the creates of an API key have their full allowance again; gone from then on
--
-- Times are microseconds of this server's clock (exact in a Lua number until the year 2255), durations milliseconds.
local P = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local now_ms = math.floor(now / 1000)
local ENDED = {s = true, f = true, c = true, x = true}
local LIVE = {q = true, r = true}
local STEP = {w = true, s = true, a = true}

local function whole(number)
    return string.format('%d', number)
end

-- The length keeps ("a:b", "c") and ("a", "b:c") apart, whatever an id holds.
local function owned(org, user)
    return #org .. ':' .. org .. ':' .. user
end
local function listing(status, org, user)
    return P .. 'list:' .. status .. ':' .. owned(org, user)
end
local function all_of(org, user)
    return P .. 'jobs:' .. owned(org, user)
end

local function is_sound(at)
    return at.o and at.u and tonumber(at.c) and tonumber(at.f) and STEP[at.st] and (LIVE[at.s] or ENDED[at.s])
end
