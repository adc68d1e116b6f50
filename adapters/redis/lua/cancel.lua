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
local was = job.at.s
leave(job.id)
job.at.s, job.at.p, job.at.e = 'c', ARGV[4], whole(now_ms)
store(job)
end_job(job, was, tonumber(ARGV[5]))
return {'cancelled', now_ms, copy(job)}
