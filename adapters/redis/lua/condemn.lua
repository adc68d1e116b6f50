-- uses: records places ends condemn
-- Fails a job whose record the program saw to be broken. ARGV: id, fence of the lease it was claimed under ('' when it was not:
-- then the record must look broken from here, too).
local _, broken = load(ARGV[1])
if broken or (ARGV[2] ~= '' and tonumber(redis.call('HGET', P .. 'job:' .. ARGV[1], 'f') or 0) == tonumber(ARGV[2])) then
    condemn(ARGV[1])
end
return {'done'}
