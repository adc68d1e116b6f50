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
local set, unset, given = {}, {}, {}
local last = 9 + tonumber(ARGV[9])
for i = 10, last, 2 do
    set[#set + 1] = ARGV[i]
    set[#set + 1] = ARGV[i + 1]
    given[ARGV[i]] = ARGV[i + 1]
end
for i = last + 1, #ARGV do
    unset[#unset + 1] = ARGV[i]
end
local record = P .. 'job:' .. id
if ENDED[job.at.s] then
    -- What upstream was paid for is on record, whoever learns of it and however late.
    if ARGV[7] ~= '' then
        redis.call('HSETNX', record, 't', ARGV[7])
    end
    if job.at.co == 'u' and given.co ~= 'u' then
        for _, name in ipairs({'co', 'cr'}) do
            if given[name] then
                redis.call('HSET', record, name, given[name])
            else
                redis.call('HDEL', record, name)
            end
        end
    end
    return {'job_ended'}
end
if tonumber(job.at.f) ~= tonumber(ARGV[2]) then
    return {'lease_lost'}
end

local status, step = given.s, given.st or 'w'
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
    if job.at.la and step == 'a' then
        look_at = 0  -- news came during this visit
    end
    redis.call('ZREM', P .. (step == 'a' and 'due' or 'watch'), id)
    redis.call('ZADD', P .. (step == 'a' and 'watch' or 'due'), whole(look_at), id)
end

-- The visit ends here, unless the paid call is about to begin.
for _, name in ipairs(step == 's' and job.at.st == 'w' and {} or {'l', 'la'}) do
    if job.at[name] then
        unset[#unset + 1] = name
    end
end
redis.call('HSET', record, unpack(set))
if #unset > 0 then
    redis.call('HDEL', record, unpack(unset))
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
