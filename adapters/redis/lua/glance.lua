-- uses: records
-- What a search needs to know of jobs whose place does not say it. ARGV: ids. Reply: 'seen', then for each {created, organization,
-- status letter}, empty when there is nothing legible.
local seen = {'seen'}
for i, id in ipairs(ARGV) do
    local job = load(id)
    seen[i + 1] = job and {job.at.c, job.at.o, job.at.s} or {}
end
return seen
