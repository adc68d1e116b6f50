-- uses: records places ends condemn
-- job_store::cancel. ARGV: id, org, user, progress, retention. Reply: 'found', or 'cancelled' when it lived, now, copy: the job as it
-- now is.
local job, broken = load_or_condemn(ARGV[1])
if broken then
    return {'broken', ARGV[1]}
end
if not job or job.at.o ~= ARGV[2] or job.at.u ~= ARGV[3] then
    return {'not_found'}
end
if ENDED[job.at.s] then
    return {'found', now_ms, copy(job)}
end
leave(job.id)
redis.call('HSET', P .. 'job:' .. job.id, 's', 'c', 'p', ARGV[4], 'e', whole(now_ms))
-- Read before the expiry is set: with a retention already past it would be gone.
local ended = copy(load(job.id))
change_status(job.id, job.at, 'c', tonumber(ARGV[5]))
return {'cancelled', now_ms, ended}
