-- credits shut for (-1: open), access shut (1 or 0), its retry, failures, throttled for, throttles, retired.
local function read_gates()
    local g = redis.call('HMGET', P .. 'gates', 'cs', 'ar', 'af', 'tu', 'tn')
    local credits = -1
    if g[1] then
        credits = math.max(0, math.floor((now - g[1]) / 1000))
    end
    local access, retry = 0, 0
    if g[2] then
        access, retry = 1, math.ceil((g[2] - now) / 1000)
    end
    local throttled = math.max(0, math.ceil(((g[4] or 0) - now) / 1000))
    local retired = redis.call('ZRANGEBYSCORE', P .. 'retired', '(' .. whole(now), '+inf')
    return {credits, access, retry, tonumber(g[3] or 0), throttled, tonumber(g[5] or 0), retired}
end
