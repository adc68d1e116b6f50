-- uses: records places ends condemn
-- job_store::find_replay. ARGV: key, request digest. Reply: 'replayed', now, same request (1 or 0), copy. The key is made from the owner too: no other one has it.
local taken = redis.call('GET', P .. 'key:' .. ARGV[1])
local holder, digest = string.match(taken or '', '^(%S+) (%S+)$')
local job, broken = load_or_condemn(holder or '')
if broken then
    return {'broken', holder}
end
if not job then
    return {'not_found'}
end
return {'replayed', now_ms, digest == ARGV[2] and 1 or 0, copy(job)}
