-- uses: records places ends
-- job_store::save. ARGV: id, fence, look in, retention, most in flight, most of the organization in flight, status, step, task id,
-- what the credits are ('' for none), how many, how many of the following are names and texts to set, those, then the names to
-- delete.
-- Reply: what.
local id, status, step = ARGV[1], ARGV[7], ARGV[8]
local job, broken = load(id)
if broken then
    return {'broken', id}
end
if not job then
    return {'job_ended'}
end
local at = job.at
local was, stood_at = at.s, at.st
local mine = tonumber(at.f) == tonumber(ARGV[2])
if mine and ENDED[was] and was == status then
    return {'done'}  -- by this very write, whose answer was lost
end
if ENDED[was] then
    -- What upstream was paid for is on record, whoever learns of it and however late.
    local news = not at.t and ARGV[9] ~= '' or at.co == 'u'
    if not at.t and ARGV[9] ~= '' then
        at.t = ARGV[9]
    end
    if at.co == 'u' and ARGV[10] == '' then
        at.co, at.cr = nil, nil
    elseif at.co == 'u' then
        at.co, at.cr = ARGV[10], ARGV[11]
    end
    if news then
        store(job)
    end
    return {'job_ended'}
end
if not mine then
    return {'lease_lost'}
end

local org, most_of_org, look_at = at.o, tonumber(ARGV[6]), now + ARGV[3] * 1000
if ENDED[status] then
    leave(id)
elseif step == 'w' then
    leave(id)
    if look_at > now then
        pause(id, org, look_at)
    else
        enqueue(id, org, at.c)
    end
else
    local place, other = 'due', 'watch'
    if step == 'a' then
        place, other = other, place
    end
    local has_slot = redis.call('ZREM', P .. other, id) == 1 or redis.call('ZSCORE', P .. place, id)
    if not has_slot then
        -- The slot was given back before. Nothing is sent yet when the step becomes submitting, so the limit holds; what upstream
        -- has accepted is a fact, and counts.
        if step == 's' and stood_at == 'w' and not room(tonumber(ARGV[5]), most_of_org, org) then
            return {'lease_lost'}
        end
        leave(id)
        count_slot(id, org, most_of_org)
    end
    if at.la and step == 'a' then
        look_at = 0  -- news came during this visit
    end
    redis.call('ZADD', P .. place, whole(look_at), id)
end

local last = 12 + tonumber(ARGV[12])
for i = 13, last, 2 do
    at[ARGV[i]] = ARGV[i + 1]
end
for i = last + 1, #ARGV do
    at[ARGV[i]] = nil
end
-- The visit ends here, unless the paid call is about to begin.
if not (step == 's' and stood_at == 'w') then
    at.l, at.la = nil, nil
end
if ENDED[status] then
    at.e = whole(now_ms)
end
store(job)
if ENDED[status] then
    end_job(job, was, tonumber(ARGV[4]))
end
return {'done'}
