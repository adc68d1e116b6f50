-- job_store::save. ARGV: id, fence, look in, retention, most in flight, most of the organization in flight, task id, long
-- texts ('' for none), how many of the following are fields and values to set, those, then the fields to delete.
-- Reply: what.
local id = ARGV[1]
local job, broken = load(id)
if broken then
    return {'broken', id}
end
if not job then
    return {'job_ended'}
end
if ENDED[job.at.s] then
    if ARGV[7] ~= '' then
        redis.call('HSETNX', P .. 'job:' .. id, 't', ARGV[7])  -- upstream was paid for it: keep it on record
    end
    return {'job_ended'}
end
if tonumber(job.at.f) ~= tonumber(ARGV[2]) then
    return {'lease_lost'}
end

local set, unset, status, step = {}, {}, nil, 'w'
local last = 9 + tonumber(ARGV[9])
for i = 10, last do
    set[#set + 1] = ARGV[i]
end
for i = 10, last, 2 do
    if ARGV[i] == 's' then
        status = ARGV[i + 1]
    elseif ARGV[i] == 'st' then
        step = ARGV[i + 1]
    end
end
for i = last + 1, #ARGV do
    unset[#unset + 1] = ARGV[i]
end

local org, look_at = job.at.o, now + ARGV[3] * 1000
if ENDED[status] then
    leave(id)
elseif step == 'w' then
    leave(id)
    if look_at > now then
        start_waiting(id, org)
        redis.call('ZADD', P .. 'due', whole(look_at), id)
    else
        enqueue(id, org, job.at.c)
    end
else
    if redis.call('HEXISTS', P .. 'in_flight', id) == 0 then
        -- The slot was given back before. Nothing is sent yet when the step becomes submitting, so the limit holds; what upstream
        -- has accepted is a fact, and counts.
        if step == 's' and job.at.st == 'w' and not room(tonumber(ARGV[5]), tonumber(ARGV[6]), org) then
            return {'lease_lost'}
        end
        leave(id)
        take_slot(id, org)
    end
    redis.call('ZREM', P .. (step == 'a' and 'due' or 'watch'), id)
    redis.call('ZADD', P .. (step == 'a' and 'watch' or 'due'), whole(look_at), id)
end

redis.call('HSET', P .. 'job:' .. id, unpack(set))
if #unset > 0 then
    redis.call('HDEL', P .. 'job:' .. id, unpack(unset))
end
if ARGV[8] ~= '' then
    redis.call('SET', P .. 'text:' .. id, ARGV[8])
else
    redis.call('DEL', P .. 'text:' .. id)
end
if status ~= job.at.s then
    change_status(job, status, tonumber(ARGV[4]))
end
return {'done'}
