-- uses: glance places
-- job_store::recall. ARGV: id. Reply: 'done'.
local id = ARGV[1]
local job = glance(id)
-- Its fence is its creation's: nobody has taken it over since.
if job and job.s == 'q' and job.st == 's' and job.f == job.c then
    leave(id)
    redis.call('HDEL', P .. 'job:' .. id, 'st', 'n', 'cr', 'co', 'ft')
    enqueue(id, job.o, job.c)
end
return {'done'}
