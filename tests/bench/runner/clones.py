"""Fills a store with copies of one job, without knowing what a job's record looks like: whatever names the job is copied."""
from .redis_link import RedisLink

BATCH = 1_000

# KEYS: none. ARGV: the job's id, first number, how many; then the keys to copy (they name the job), '/', the sets and lists
# whose members name it. Numbers are written over the end of the id; the copies are older.
CLONE = """
local id, first, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local keys, sets, into = {}, {}, nil
into = keys
for i = 4, #ARGV do
    if ARGV[i] == '/' then into = sets else into[#into + 1] = ARGV[i] end
end
local function plain(text) return (string.gsub(text, '%W', '%%%0')) end
local values, scores = {}, {}
for _, key in ipairs(keys) do values[key] = redis.call('DUMP', key) end
for _, set in ipairs(sets) do
    scores[set] = redis.call('TYPE', set).ok == 'zset' and redis.call('ZSCORE', set, id)
end
for n = first, first + count - 1 do
    local copy = string.sub(id, 1, 5) .. string.format('%012x', n)
    for _, key in ipairs(keys) do
        redis.call('RESTORE', (string.gsub(key, plain(id), copy)), 0, values[key])
    end
    for _, set in ipairs(sets) do
        if scores[set] then
            redis.call('ZADD', set, string.format('%.0f', tonumber(scores[set]) - n), copy)
        else
            redis.call('LPUSH', set, copy)
        end
    end
end
return count
"""


def clone_job(redis: RedisLink, job: str, have: int, wanted: int) -> list[str]:
    """Copies until there are so many; the copies' ids. Those before `have` are there already."""
    keys, sets = places_of(redis, job)
    for first in range(have, wanted, BATCH):
        redis.call("EVAL", CLONE, 0, job, first, min(BATCH, wanted - first), *keys, "/", *sets)
    return [f"{job[:5]}{number:012x}" for number in range(1, wanted)]


def places_of(redis: RedisLink, job: str) -> tuple[list[bytes], list[bytes]]:
    keys, places, name = [], [], job.encode()
    asking = {"zset": "ZSCORE", "list": "LPOS"}
    for key in redis.call("KEYS", "*"):
        if name in key:
            keys.append(key)
        elif (how := asking.get(redis.call("TYPE", key))) and redis.call(how, key, name) is not None:
            places.append(key)
    return keys, places
