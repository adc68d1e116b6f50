-- The moves that keep a job's places in step with its state.

-- One less of the organization's in a HASH of counts; a zero is not kept.
local function count_down(counts, org)
    if redis.call('HINCRBY', P .. counts, org, -1) <= 0 then
        redis.call('HDEL', P .. counts, org)
    end
end

-- To stand in due or watch is to hold a slot; the caller sees to that. Membership and count change together or not at all, so
-- neither can leak. Nobody asks for the count of an organization that has no limit: then it is not kept.
local function count_slot(id, org, most_of_org)
    if most_of_org > 0 and redis.call('HSETNX', P .. 'in_flight', id, org) == 1 then
        redis.call('HINCRBY', P .. 'in_flight_of', org, 1)
    end
end

local function in_flight()
    return redis.call('ZCARD', P .. 'due') + redis.call('ZCARD', P .. 'watch')
end

local function start_waiting(id, org)
    if redis.call('HSETNX', P .. 'waiting', id, org) == 1 then
        redis.call('HINCRBY', P .. 'waiting_of', org, 1)
    end
end

-- Out of every place a live job can be in. Asks the places, not the record: also right for a record that is broken or gone.
local function leave(id)
    redis.call('ZREM', P .. 'due', id)
    redis.call('ZREM', P .. 'watch', id)
    redis.call('ZREM', P .. 'later', id)
    local org = redis.call('HGET', P .. 'in_flight', id)
    if org then
        redis.call('HDEL', P .. 'in_flight', id)
        count_down('in_flight_of', org)
    end
    org = redis.call('HGET', P .. 'waiting', id)
    if org then
        redis.call('HDEL', P .. 'waiting', id)
        count_down('waiting_of', org)
        local queue = P .. 'queue:' .. org
        if redis.call('ZREM', queue, id) == 1 and redis.call('EXISTS', queue) == 0 then
            redis.call('ZREM', P .. 'orgs', org)
        end
    end
end

local function pause(id, org, until_us)
    start_waiting(id, org)
    redis.call('ZADD', P .. 'later', whole(until_us), id)
end

-- By creation, so a job that was sent back stands before those that came later.
local function enqueue(id, org, created)
    start_waiting(id, org)
    redis.call('ZADD', P .. 'queue:' .. org, created, id)
    if not redis.call('ZSCORE', P .. 'orgs', org) then
        redis.call('ZADD', P .. 'orgs', redis.call('INCR', P .. 'turn'), org)
    end
end

-- Limits of 0 mean none.
local function room(most, most_of_org, org)
    if most > 0 and in_flight() >= most then
        return false
    end
    return most_of_org == 0 or tonumber(redis.call('HGET', P .. 'in_flight_of', org) or 0) < most_of_org
end
