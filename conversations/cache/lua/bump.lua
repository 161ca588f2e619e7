-- Give each tag a generation that never was before, and say both; O(1) a tag, whatever hangs on it.
-- A tag without a generation has nothing that could hang on it.
-- ARGV: prefix, life of a generation in ms, tag...
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local changes = {}
for place = 3, #ARGV do
  local key = ARGV[1] .. 'tag:' .. ARGV[place]
  local before = redis.call('GET', key)
  if before then
    local after = string.format('%.0f', math.max(micros, tonumber(before) + 1))
    redis.call('SET', key, after, 'PX', ARGV[2])
    changes[#changes + 1] = {ARGV[place], before, after}
  end
end
redis.call('HINCRBY', ARGV[1] .. 'stats', 'invalidations', 1)
return changes
