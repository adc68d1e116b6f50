-- uses: records fences places ends condemn
-- job_store::summon. ARGV: id, event, signed at (milliseconds; '' when it has no signature), window, lease, task id, most of
-- an organization in flight, which of the job's paid calls it speaks of.
-- Reply: what, then now, fence (0 without a lease), copy.
local job, broken = load_or_condemn(ARGV[1])
if broken then
    return {'broken', ARGV[1]}
end
if not job then
    return {'not_found'}
end
local signed_at = tonumber(ARGV[3])
if signed_at and math.abs(now_ms - signed_at) > tonumber(ARGV[4]) then
    return {'stale', now_ms, 0, copy(job)}
end
if tonumber(job.at.cn or 0) ~= tonumber(ARGV[8]) then
    return {'repeated', now_ms, 0, copy(job)}  -- that call is settled
end
if ENDED[job.at.s] then
    return {'ended', now_ms, 0, copy(job)}
end
if job.at.st == 'a' then
    if job.at.t ~= ARGV[6] then
        return {'other_task', now_ms, 0, copy(job)}
    end
    if job.at.he == ARGV[2] then
        return {'repeated', now_ms, 0, copy(job)}
    end
    job.at.he = ARGV[2]
    if job.at.l then
        job.at.la = '1'  -- the visit under way may have looked too early: its save sees this
    else
        redis.call('ZADD', P .. 'watch', 0, job.id)  -- before all others: this look is known to find something
    end
    store(job)
    return {'look_now', now_ms, 0, copy(job)}
end
local fence = next_fence(job)
leave(job.id)
count_slot(job.id, job.at.o, tonumber(ARGV[7]))  -- upstream works on it: a fact, and it counts
job.at.f, job.at.l = whole(fence), '1'
store(job)
redis.call('ZADD', P .. 'due', whole(now + ARGV[5] * 1000), job.id)
return {'taken', now_ms, fence, copy(job)}
