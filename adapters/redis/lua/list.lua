-- uses: records
-- job_store::list. ARGV: status letter or *, org, user, limit, offset. Reply: 'found', now, copies, broken ids.
local wanted, limit, offset = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5])
local name = wanted == '*' and all_of(ARGV[2], ARGV[3]) or listing(LIVE[wanted] and 'l' or wanted, ARGV[2], ARGV[3])

-- The ids in those places, the youngest being in place 0.
local function youngest(from, count)
    if wanted ~= '*' then
        return redis.call('ZREVRANGE', name, from, from + count - 1)
    end
    local ids, turned = redis.call('LRANGE', name, -from - count, -from - 1), {}
    for i = #ids, 1, -1 do
        turned[#turned + 1] = ids[i]
    end
    return turned
end

local function forget(id)
    if wanted == '*' then
        redis.call('LREM', name, 1, id)  -- found at once: what has expired is the oldest
    else
        redis.call('ZREM', name, id)
    end
end

-- Live jobs share one list, bounded by the queue's limit: those of the other status are passed over here.
local passed_over = LIVE[wanted] and offset or 0
local from = LIVE[wanted] and 0 or offset
local window = math.max(limit, 20)
local found, broken_ids = {}, {}
for pass = 1, LIVE[wanted] and 1000 or 20 do
    local ids = youngest(from, window)
    from = from + #ids
    for _, id in ipairs(ids) do
        if #found == limit then
            break
        end
        local job, broken = load(id)
        if broken then
            broken_ids[#broken_ids + 1] = id
        elseif not job then
            forget(id)
            from = from - 1
        elseif LIVE[wanted] and job.at.s ~= wanted then
            job = nil
        elseif passed_over > 0 then
            passed_over = passed_over - 1
        else
            found[#found + 1] = copy(job)
        end
    end
    if #found == limit or #ids < window then
        break
    end
end
return {'found', now_ms, found, broken_ids}
