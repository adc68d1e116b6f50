-- uses: glance places ends
-- job_store::save. ARGV: id, fence, look in, retention, most in flight, most of the organization in flight, status, step, task id,
-- what the credits are ('' for none), how many, long texts ('' as they were, '-' none), how many of the following are fields and
-- values to set, those, then the fields to delete.
-- Reply: what.
local id, status, step = ARGV[1], ARGV[7], ARGV[8]
local job, broken = glance(id)
if broken then
    return {'broken', id}
end
if not job then
    return {'job_ended'}
end
local record = P .. 'job:' .. id
local mine = tonumber(job.f) == tonumber(ARGV[2])
if mine and ENDED[job.s] and job.s == status then
    return {'done'}  -- by this very write, whose answer was lost
end
if ENDED[job.s] then
    -- What upstream was paid for is on record, whoever learns of it and however late.
    if ARGV[9] ~= '' then
        redis.call('HSETNX', record, 't', ARGV[9])
    end
    if job.co == 'u' and ARGV[10] == '' then
        redis.call('HDEL', record, 'co', 'cr')
    elseif job.co == 'u' then
        redis.call('HSET', record, 'co', ARGV[10], 'cr', ARGV[11])
    end
    return {'job_ended'}
end
if not mine then
    return {'lease_lost'}
end

local org, most_of_org, look_at = job.o, tonumber(ARGV[6]), now + ARGV[3] * 1000
if ENDED[status] then
    leave(id)
elseif step == 'w' then
    leave(id)
    if look_at > now then
        start_waiting(id, org)
        redis.call('ZADD', P .. 'due', whole(look_at), id)
    else
        enqueue(id, org, job.c)
    end
else
    -- Who is being submitted stands in due and holds a slot: both or neither.
    local accepted = step == 'a' and job.st ~= 'a'
    local left_due = accepted and redis.call('ZREM', P .. 'due', id) == 1
    local has_slot = left_due and job.st == 's' or redis.call('HEXISTS', P .. 'in_flight', id) == 1
    if not has_slot then
        -- The slot was given back before. Nothing is sent yet when the step becomes submitting, so the limit holds; what upstream
        -- has accepted is a fact, and counts.
        if step == 's' and job.st == 'w' and not room(tonumber(ARGV[5]), most_of_org, org) then
            return {'lease_lost'}
        end
        leave(id)
        take_slot(id, org, most_of_org)
    end
    if job.la and step == 'a' then
        look_at = 0  -- news came during this visit
    end
    redis.call('ZADD', P .. (step == 'a' and 'watch' or 'due'), whole(look_at), id)
end

local last = 13 + tonumber(ARGV[13])
if last > 13 then
    redis.call('HSET', record, unpack(ARGV, 14, last))
end
local unset = {}
for i = last + 1, #ARGV do
    unset[#unset + 1] = ARGV[i]
end
-- The visit ends here, unless the paid call is about to begin.
if job.l and not (step == 's' and job.st == 'w') then
    unset[#unset + 1] = 'l'
    unset[#unset + 1] = 'la'
end
if #unset > 0 then
    redis.call('HDEL', record, unpack(unset))
end
if ARGV[12] == '-' then
    redis.call('DEL', P .. 'text:' .. id)
    redis.call('HDEL', record, 'lt')
elseif ARGV[12] ~= '' then
    redis.call('SET', P .. 'text:' .. id, ARGV[12])
    redis.call('HSET', record, 'lt', '1')
end
if ENDED[status] then
    redis.call('HSET', record, 'e', whole(now_ms))
end
if status ~= job.s then
    change_status(id, job, status, tonumber(ARGV[4]))
end
return {'done'}
