-- uses: records places
-- job_store::recall. ARGV: id. Reply: 'done'.
local id = ARGV[1]
local job = load(id)
-- Its fence is its creation's: nobody has taken it over since.
if job and job.at.s == 'q' and job.at.st == 's' and job.at.f == job.at.c then
    local at = job.at
    leave(id)
    at.st, at.n, at.cr, at.co, at.ft = nil, nil, nil, nil, nil
    store(job)
    enqueue(id, at.o, at.c)
end
return {'done'}
