-- uses: records
-- job_store::list. ARGV: status letter or *, org, user, limit, offset. Reply: 'found', now, copies, broken ids.
local wanted, limit, offset = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5])
local name = listing(LIVE[wanted] and 'l' or wanted, ARGV[2], ARGV[3])
-- Live jobs share one list, bounded by the queue's limit: those of the other status are passed over here.
local passed_over = LIVE[wanted] and offset or 0
local from = LIVE[wanted] and 0 or offset
local window = math.max(limit, 20)
local found, broken_ids = {}, {}
for pass = 1, LIVE[wanted] and 1000 or 20 do
    local ids = redis.call('ZREVRANGE', name, from, from + window - 1)
    from = from + #ids
    for _, id in ipairs(ids) do
        if #found == limit then
            break
        end
        local job, broken = load(id)
        if broken then
            broken_ids[#broken_ids + 1] = id
        elseif not job then
            redis.call('ZREM', name, id)
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
