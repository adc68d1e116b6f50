-- Whole jobs.

-- What a record says: its changing texts by name, and the rest. Nothing when it is none of ours. The third value is whether all
-- of it could be read.
local function legible(text)
    local line_end = type(text) == 'string' and string.find(text, '\n', 1, true)
    if not line_end then
        return nil
    end
    local is_json, at = pcall(cjson.decode, string.sub(text, 1, line_end - 1))
    if not is_json or type(at) ~= 'table' then
        return nil
    end
    local complete = true
    for name, value in pairs(at) do
        if type(value) ~= 'string' then
            at[name], complete = nil, false
        end
    end
    return at, string.sub(text, line_end), complete
end

-- The job, or nothing; then the second value says whether there is a record that makes no sense. pcall: a key of a wrong
-- type must not stop the script half-way.
local function load(id)
    local text = redis.pcall('GET', P .. 'job:' .. id)
    if not text then
        return nil, false
    end
    local at, request, complete = legible(text)
    if not at or not complete then
        return nil, true
    end
    at.st = at.st or 'w'
    if not is_sound(at) then
        return nil, true
    end
    return {id = id, at = at, request = request, text = text}, false
end

local function store(job)
    local step = job.at.st
    if step == 'w' then
        job.at.st = nil  -- goes without saying
    end
    job.text = cjson.encode(job.at) .. job.request
    job.at.st = step
    redis.call('SET', P .. 'job:' .. job.id, job.text, 'KEEPTTL')
end

-- What the program reads of a job.
local function copy(job)
    return {job.id, job.text}
end
