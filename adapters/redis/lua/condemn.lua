-- Fails a job whose record only the program could see to be broken. ARGV: id, fence of the lease it was claimed under.
if tonumber(redis.call('HGET', P .. 'job:' .. ARGV[1], 'f') or 0) == tonumber(ARGV[2]) then
    condemn(ARGV[1])
end
return {'done'}
