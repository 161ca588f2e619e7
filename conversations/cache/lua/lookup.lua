-- Look an answer up; when there is none, say who asks the model: this caller, or one already asking.
-- ARGV: prefix, name, now in ms ('' = the server's), read?, count?, owner ('' = flies alone), lease ms,
--       life of a generation in ms, misses that could not be counted, tag...
local prefix, name, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
if not now then now = math.floor(micros / 1000) end
local stats, entry, flight = prefix .. 'stats', prefix .. 'entry:' .. name, prefix .. 'flight:' .. name

local function count(field, by)
  if ARGV[5] == '1' then redis.call('HINCRBY', stats, field, by or 1) end
end

local function first_changed(generations)
  for tag, generation in pairs(generations) do
    if redis.call('GET', prefix .. 'tag:' .. tag) ~= generation then return tag end
  end
end

if tonumber(ARGV[9]) > 0 then
  redis.call('HINCRBY', stats, 'misses', ARGV[9])
  redis.call('HINCRBY', stats, 'misses:unavailable', ARGV[9])
end

local reason, old, age = 'request', '', 0
if ARGV[4] == '1' then
  local found = redis.call('HMGET', entry, 'value', 'created', 'expires', 'generations', 'tokens', 'ms')
  reason = 'absent'
  if found[1] then
    local changed = first_changed(cjson.decode(found[4]))
    if changed then
      reason = 'invalidated ' .. changed
    elseif tonumber(found[3]) <= now then
      reason, old, age = 'expired', found[1], now - tonumber(found[2])
    else
      local newest = redis.call('ZREVRANGE', prefix .. 'lru', 0, 0, 'WITHSCORES')[2] or 0
      redis.call('ZADD', prefix .. 'lru', string.format('%.0f', math.max(micros, newest + 1)), name)
      redis.call('HINCRBY', entry, 'hits', 1)
      count('hits')
      count('tokens_saved', found[5])
      count('ms_saved', found[6])
      return {'hit', found[1], now - tonumber(found[2]), found[3] - now, tonumber(found[6]) or 0}
    end
  end
end

-- A tag without a generation gets one that never was before, so that an entry made under an evicted
-- or flushed generation can never look current again.
local generations = {}
for place = 10, #ARGV do
  local key = prefix .. 'tag:' .. ARGV[place]
  local generation = redis.call('GET', key)
  if generation then
    redis.call('PEXPIRE', key, ARGV[8], 'GT')
  else
    generation = string.format('%.0f', micros)
    redis.call('SET', key, generation, 'PX', ARGV[8])
  end
  generations[ARGV[place]] = generation
end
local packed = cjson.encode(generations)

if ARGV[6] == '' then
  if ARGV[4] == '1' then
    count('misses')
    count('misses:' .. string.match(reason, '%a+'))
  else
    count('bypass')
  end
  return {'alone', packed, reason, old, age}
end
local flying = redis.call('HMGET', flight, 'owner', 'generations')
if flying[1] and not first_changed(cjson.decode(flying[2])) then
  redis.call('HINCRBY', flight, 'followers', 1)
  return {'follow', flying[1], old, age}
end
count('misses')
count('misses:' .. string.match(reason, '%a+'))
redis.call('DEL', flight)
redis.call('HSET', flight, 'owner', ARGV[6], 'generations', packed, 'followers', 0)
redis.call('PEXPIRE', flight, ARGV[7])
redis.call('SET', prefix .. 'text:' .. ARGV[6], '', 'PX', ARGV[7])
return {'lead', packed, reason, old, age}
