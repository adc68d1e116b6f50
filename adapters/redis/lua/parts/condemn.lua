-- Broken records. Needs records, places, ends.

local KEPT = 30 * 86400000  -- how long a condemned job is kept, in milliseconds
local BROKEN = 'The record of this job was damaged. Please try again.'

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
        redis.call('HSET', P .. 'job:' .. id, 'em', BROKEN, 'e', whole(now_ms))
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
