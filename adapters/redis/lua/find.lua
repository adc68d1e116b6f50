-- job_store::find. ARGV: id, org, user. Reply: what, now, copy.
local job, broken = load_or_condemn(ARGV[1])
if broken then
    return {'broken', ARGV[1]}
end
if not job or job.at.o ~= ARGV[2] or job.at.u ~= ARGV[3] then
    return {'not_found'}
end
return {'found', now_ms, copy(job)}
