-- How jobs end and are forgotten.

local function extend(key, until_ms)
    local left = redis.call('PTTL', key)
    if left >= 0 and now_ms + left < until_ms then
        redis.call('PEXPIREAT', key, whole(until_ms))
    end
end

local REMEMBERED = 200  -- of each status: remembered_ends in job_survey.hpp
-- Operators find ended jobs by their age here. Written once in a job's life, and never for one that is created.
local function remember_end(id, at, status, retention)
    local ends = P .. 'ended:' .. status
    redis.call('ZADD', ends, at.c, id .. ' ' .. at.o)
    redis.call('ZREMRANGEBYRANK', ends, 0, -REMEMBERED - 1)
    redis.call('PEXPIREAT', ends, whole(now_ms + retention))
end

-- Moves a job that is now stored as ended between its owner's lists, and lets it expire with all that belongs to it. The lists of
-- an owner who never comes back expire too: after the last of their jobs, and not while one is live. `was`: its status before.
local function end_job(job, was, retention)
    local id, at, status = job.id, job.at, job.at.s
    local org, user = at.o, at.u
    local all, live = all_of(org, user), listing('l', org, user)
    if status ~= was then
        redis.call('ZREM', live, id)
        redis.call('ZADD', listing(status, org, user), at.c, id)
    end
    remember_end(id, at, status, retention)
    local expiry = whole(math.floor(at.c / 1000) + retention)
    redis.call('PEXPIREAT', P .. 'job:' .. id, expiry)
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
