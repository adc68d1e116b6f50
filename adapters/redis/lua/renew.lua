-- uses: records
-- job_store::renew. ARGV: id, fence, duration. Reply: what.
local id = ARGV[1]
local job, broken = load(id)
if broken then
    return {'broken', id}
end
if not job or ENDED[job.at.s] then
    return {'job_ended'}  -- live jobs do not expire: one that is gone has ended
end
-- Who has given the slot back, or lost it when the lease lapsed, has nothing left to hold.
local place = P .. (job.at.st == 'a' and 'watch' or 'due')
if tonumber(job.at.f) ~= tonumber(ARGV[2]) or not redis.call('ZSCORE', place, id) then
    return {'lease_lost'}
end
redis.call('ZADD', place, whole(now + ARGV[3] * 1000), id)
return {'done'}
