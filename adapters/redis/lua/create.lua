-- uses: records places
-- job_store::create. ARGV: id, org, user, key ('' without), request digest, request, traceparent, most in flight, most of the
-- organization in flight, most waiting, lease of the first visit (0: it may not start), whose rate it counts against, how many a
-- minute (0: no limit), then the fields of its state and their values.
-- Reply: what, then for created: now, fence (0 without a lease), until the rate's allowance is full again; for rate_limited the last
-- of these alone. 'taken': find_replay tells by which job.
local id, org, user, key = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local claim = P .. 'key:' .. key
if key ~= '' and not redis.call('SET', claim, id .. ' ' .. ARGV[5], 'NX') then
    local holder = string.match(redis.call('GET', claim), '^%S+')
    if holder and redis.call('EXISTS', P .. 'job:' .. holder) == 1 then
        return {'taken'}
    end
    redis.call('SET', claim, id .. ' ' .. ARGV[5])
end
local function refused(why, full_in)
    if key ~= '' then
        redis.call('DEL', claim)
    end
    return {why, full_in}
end

local MINUTE = 60000000
local rate, full_in = tonumber(ARGV[13]), 0
if rate > 0 then
    local full_at = tonumber(redis.call('GET', P .. 'rate:' .. ARGV[12]) or 0) or 0
    local before = math.min(math.max(full_at - now, 0), MINUTE)
    full_in = before + math.floor(MINUTE / rate)
    if full_in > MINUTE then
        return refused('rate_limited', before)
    end
end

local most, most_of_org, most_waiting, lease = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local starts = lease > 0 and redis.call('EXISTS', P .. 'orgs') == 0 and room(most, most_of_org, org)
if not starts and most_waiting > 0 and
    tonumber(redis.call('HGET', P .. 'waiting_of', org) or 0) >= most_waiting then
    return refused('queue_full')
end

local created = whole(now)
local fence = starts and now or 0
local at = {o = org, u = user, c = created, f = whole(fence), s = 'q'}
if starts then
    for i = 14, #ARGV, 2 do
        at[ARGV[i]] = ARGV[i + 1]
    end
    if at.st == 's' then
        at.ft = whole(now_ms)
    end
end
if key ~= '' then
    at.k = key
end
if ARGV[7] ~= '' then
    at.tp = ARGV[7]
end
if not redis.call('SET', P .. 'job:' .. id, cjson.encode(at) .. '\n' .. ARGV[6], 'NX') then
    return refused('id_taken')
end
if rate > 0 then
    redis.call('SET', P .. 'rate:' .. ARGV[12], whole(now + full_in), 'PX', math.ceil(full_in / 1000))
end
if starts then
    count_slot(id, org, most_of_org)
    redis.call('ZADD', P .. 'due', whole(now + lease * 1000), id)
else
    enqueue(id, org, created)
end

local all = all_of(org, user)
redis.call('RPUSH', all, id)
redis.call('PERSIST', all)
redis.call('ZADD', listing('l', org, user), created, id)
-- Now and then more out than in: what has expired does not gather in the lists of those who never read them.
local MOST_SWEPT = 24
if time[2] % 8 == 0 then
    for _ = 1, MOST_SWEPT do
        local oldest = redis.call('LINDEX', all, 0)
        if redis.call('EXISTS', P .. 'job:' .. oldest) == 1 then
            break
        end
        redis.call('LPOP', all)
        for status in pairs(ENDED) do
            redis.call('ZREM', listing(status, org, user), oldest)
        end
    end
end
return {'created', now_ms, fence, full_in}
