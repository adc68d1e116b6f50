-- Stands before every script: names. The parts that a script says it uses in its first line follow; what it does not use is left
-- out, because a script makes all of this anew at each call.
--
-- KEYS[1] is the prefix of all keys. It ends in the only hash tag, so on a Redis Cluster everything lies in one slot and the
-- keys built from it here are where the script runs.
--
--   job:<id>     HASH    the job (job_codec.cpp names the fields)      req:<id>   STRING  what was asked for, never changes
--   text:<id>    STRING  texts too long for the hash, when there are   key:<key>  STRING  "<id> <request digest>"
--   list:<status>:<len>:<org>:<user>  ZSET  by creation; status * is all of them, l the live ones
--   ended:<status>  ZSET  by creation: "<id> <org>" of the youngest that ended so, for operators; short
--   due          ZSET    not yet accepted: end of the lease, or of the wait before the job is queued again
--   watch        ZSET    accepted: time of the next poll, or end of the lease
--   queue:<org>  ZSET    by creation: who was sent back comes first    orgs       ZSET    organizations that queue, by turn
--   in_flight    HASH    id -> org (or ''), who holds a slot           in_flight_of  HASH  org -> how many of those with its name
--   waiting      HASH    id -> org, who waits for one                  waiting_of    HASH  org -> how many
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
local function listing(status, org, user)
    return P .. 'list:' .. status .. ':' .. #org .. ':' .. org .. ':' .. user
end

local function is_sound(at)
    return at.o and at.u and tonumber(at.c) and tonumber(at.f) and STEP[at.st] and (LIVE[at.s] or ENDED[at.s])
end
