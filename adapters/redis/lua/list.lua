-- job_store::list. ARGV: status letter or *, org, user, limit, offset. Reply: 'found', now, copies, broken ids.
local name = listing(ARGV[1], ARGV[2], ARGV[3])
local limit, offset = tonumber(ARGV[4]), tonumber(ARGV[5])
local window = math.max(limit, 20)
local found, broken_ids = {}, {}
for pass = 1, 20 do
    local from = offset + #found + #broken_ids
    local ids = redis.call('ZREVRANGE', name, from, from + window - 1)
    for _, id in ipairs(ids) do
        if #found == limit then
            break
        end
        local job, broken = load(id)
        if job then
            found[#found + 1] = copy(job)
        elseif broken then
            broken_ids[#broken_ids + 1] = id
        else
            redis.call('ZREM', name, id)
        end
    end
    if #found == limit or #ids < window then
        break
    end
end
return {'found', now_ms, found, broken_ids}
