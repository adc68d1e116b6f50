-- Whole jobs.

-- The job, or nothing; then the second value says whether there is a record that makes no sense. pcall: a key of a wrong
-- type must not stop the script half-way.
local function load(id)
    local flat = redis.pcall('HGETALL', P .. 'job:' .. id)
    if flat.err then
        return nil, true
    end
    if #flat == 0 then
        return nil, false
    end
    local at = {}
    for i = 1, #flat, 2 do
        at[flat[i]] = flat[i + 1]
    end
    at.st = at.st or 'w'
    if not is_sound(at) then
        return nil, true
    end
    return {id = id, flat = flat, at = at}, false
end

local function text_at(key)
    local text = redis.pcall('GET', key)
    return type(text) == 'string' and text
end

-- What the program reads of a job.
local function copy(job)
    return {job.id, job.flat, text_at(P .. 'req:' .. job.id), job.at.lt and text_at(P .. 'text:' .. job.id)}
end
