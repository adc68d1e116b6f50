-- What a write needs to know of a job, without its texts: its fields by name, st filled in. As load otherwise.
local GLANCE = {'s', 'f', 'st', 'o', 'u', 'c', 'k', 'co', 'l', 'la'}
local function glance(id)
    local values = redis.pcall('HMGET', P .. 'job:' .. id, unpack(GLANCE))
    if values.err then
        return nil, true
    end
    local at = {}
    for i, name in ipairs(GLANCE) do
        at[name] = values[i] or nil
    end
    if not (at.s or at.o) then
        return nil, redis.call('EXISTS', P .. 'job:' .. id) == 1
    end
    at.st = at.st or 'w'
    return at, not is_sound(at)
end
