-- uses: records places ends condemn
-- Fails a job whose record the program saw to be broken. ARGV: id, fence of the lease it was claimed under ('' when it was not:
-- then the record must look broken from here, too).
local job, broken = load(ARGV[1])
if broken or job and ARGV[2] ~= '' and tonumber(job.at.f) == tonumber(ARGV[2]) then
    condemn(ARGV[1])
end
return {'done'}
