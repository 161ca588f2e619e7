-- Spend from several allowances at once, or from none of them.
-- ARGV: for each allowance its key, its whole size, the microseconds in which it fills up, and the cost.
-- Each is one number: the moment at which it is full again (the generic cell rate algorithm).
-- Answers {0, 0}, or which allowance is used up (from 1) and the microseconds until there is enough.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full = {}
for at = 1, #ARGV, 4 do
  local interval = math.floor(ARGV[at + 2] / ARGV[at + 1])
  local before = math.max(now, tonumber(redis.call('GET', ARGV[at]) or now))
  -- A look (cost 0) asks whether one more would be granted.
  local wait = before + interval * math.max(ARGV[at + 3], 1) - now - ARGV[at + 2]
  if wait > 0 then
    return {(at + 3) / 4, math.ceil(wait)}
  end
  full[at] = before + interval * ARGV[at + 3]
end
for at, moment in pairs(full) do
  if tonumber(ARGV[at + 3]) > 0 then
    redis.call('SET', ARGV[at], string.format('%.0f', moment), 'PX', math.ceil((moment - now) / 1000) + 1)
  end
end
return {0, 0}
