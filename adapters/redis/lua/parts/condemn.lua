-- Broken records. Needs records, places, ends.

local KEPT = 30 * 86400000  -- how long a condemned job is kept, in milliseconds
local BROKEN = 'The record of this job was damaged. Please try again.'

-- A record that can't be read fails by itself, so that it stops nobody else and its client learns of it (readers make do with
-- what is legible of a job that has ended). One that does not even say whose it is leaves the schedule and stays for a human.
local function condemn(id)
    leave(id)
    local at, request = legible(redis.pcall('GET', P .. 'job:' .. id))
    if not (at and at.o and at.u) then
        return
    end
    local was, job = at.s, {id = id, at = at, request = request}
    at.c = tonumber(at.c) and at.c or whole(now)
    at.f = whole(now)
    if not ENDED[was] then
        at.s, at.em, at.e = 'f', BROKEN, whole(now_ms)
    end
    if not STEP[at.st] then
        at.st = nil
    end
    store(job)
    redis.call('ZREM', listing('l', at.o, at.u), id)
    redis.call('ZADD', listing(at.s, at.o, at.u), at.c, id)
    end_job(job, at.s, KEPT)
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
