-- job_store::create. ARGV: id, org, user, key ('' without), request digest, request, traceparent, most in flight, most of the
-- organization in flight, most waiting, lease of the first visit (0: it may not start), then the fields of its state and their values.
-- Reply: what, then for created: now, fence (0 without a lease), copy; for replayed: now, same request (1 or 0), copy.
local id, org, user, key = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if key ~= '' then
    local taken = redis.call('GET', P .. 'key:' .. key)
    if taken then
        local holder, digest = string.match(taken, '^(%S+) (%S+)$')
        local job, broken = load_or_condemn(holder or '')
        if broken then
            return {'broken', holder}
        end
        if job then
            return {'replayed', now_ms, digest == ARGV[5] and 1 or 0, copy(job)}
        end
    end
end
if redis.call('EXISTS', P .. 'job:' .. id) == 1 then
    return {'id_taken'}
end

local most, most_of_org, most_waiting, lease = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local starts = lease > 0 and redis.call('EXISTS', P .. 'orgs') == 0 and room(most, most_of_org, org)
if not starts and most_waiting > 0 and
    tonumber(redis.call('HGET', P .. 'waiting_of', org) or 0) >= most_waiting then
    return {'queue_full'}
end

local created = whole(now)
local fence = starts and now or 0
local fields = {'o', org, 'u', user, 'c', created, 'f', whole(fence)}
local function put(name, value)
    fields[#fields + 1] = name
    fields[#fields + 1] = value
end
if starts then
    for i = 12, #ARGV, 2 do
        put(ARGV[i], ARGV[i + 1])
        if ARGV[i] == 'st' and ARGV[i + 1] == 's' then
            put('ft', whole(now_ms))
        end
    end
else
    put('s', 'q')
end
if key ~= '' then
    put('k', key)
    redis.call('SET', P .. 'key:' .. key, id .. ' ' .. ARGV[5])
end
if ARGV[7] ~= '' then
    put('tp', ARGV[7])
end
redis.call('HSET', P .. 'job:' .. id, unpack(fields))
redis.call('SET', P .. 'req:' .. id, ARGV[6])
if starts then
    take_slot(id, org)
    redis.call('ZADD', P .. 'due', whole(now + lease * 1000), id)
else
    enqueue(id, org, created)
end

local all = listing('*', org, user)
redis.call('ZADD', all, created, id)
redis.call('PERSIST', all)
redis.call('ZADD', listing('l', org, user), created, id)
-- Now and then more out than in: what has expired does not gather in the lists of those who never read them.
local SWEPT = 24
if time[2] % 8 == 0 then
    for _, oldest in ipairs(redis.call('ZRANGE', all, 0, SWEPT - 1)) do
        if redis.call('EXISTS', P .. 'job:' .. oldest) == 1 then
            break
        end
        redis.call('ZREM', all, oldest)
        for status in pairs(ENDED) do
            redis.call('ZREM', listing(status, org, user), oldest)
        end
    end
end
return {'created', now_ms, fence, {id, fields, ARGV[6], false}}
