-- uses: glance
-- job_store::renew. ARGV: id, fence, duration. Reply: what.
local id = ARGV[1]
local job, broken = glance(id)
if broken then
    return {'broken', id}
end
if not job or ENDED[job.s] then
    return {'job_ended'}  -- live jobs do not expire: one that is gone has ended
end
-- Who has given the slot back, or lost it when the lease lapsed, has nothing left to hold.
if tonumber(job.f) ~= tonumber(ARGV[2]) or redis.call('HEXISTS', P .. 'in_flight', id) == 0 then
    return {'lease_lost'}
end
redis.call('ZADD', P .. (job.st == 'a' and 'watch' or 'due'), whole(now + ARGV[3] * 1000), id)
return {'done'}
