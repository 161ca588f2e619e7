-- How things stand: in flight, credit for repetitions, then for each model its state, ms to wait, limits and levels.
-- ARGV: prefix, now in ms ('' = the server's), models...
local prefix, now = ARGV[1], tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local found = {redis.call('ZCOUNT', prefix .. 'permits', '(' .. now, '+inf'),
               redis.call('HGET', prefix .. 'retries', 'credit') or ''}
for place = 3, #ARGV do
  local told = redis.call('HMGET', prefix .. 'model:' .. ARGV[place], 'state', 'until', 'blocked_until',
    'requests_limit', 'requests_level', 'requests_at', 'input_limit', 'input_level', 'input_at',
    'output_limit', 'output_level', 'output_at', 'reason')
  local state, rest = told[1] or 'closed', 0
  if state == 'open' then
    rest = math.max(0, (tonumber(told[2]) or 0) - now)
    if rest == 0 then state = 'half_open' end
  end
  local one = {state, rest, math.max(0, (tonumber(told[3]) or 0) - now), told[13] or ''}
  for kind = 0, 2 do
    local limit, level, at = tonumber(told[4 + kind * 3]), tonumber(told[5 + kind * 3]), tonumber(told[6 + kind * 3])
    one[#one + 1] = limit or 0
    one[#one + 1] = limit and level and math.floor(math.min(limit, level + math.max(0, now - (at or now)) * limit / 60000)) or 0
  end
  found[#found + 1] = one
end
return found
