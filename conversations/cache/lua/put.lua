-- Store an answer if every generation read before the call still holds; keep the bound exactly.
-- ARGV: prefix, name, now in ms ('' = the server's), value, generations, ttl ms, life of a generation in ms,
--       most entries, most bytes, owner ('' = flew alone), ms it is kept after it is too old,
--       those it may be found among ('' = none), by what it is found there, then field, value... of the entry
local prefix, name, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
if not now then now = math.floor(micros / 1000) end
local stats, lru, expiry = prefix .. 'stats', prefix .. 'lru', prefix .. 'expiry'

local function rejected(reason)
  redis.call('HINCRBY', stats, 'rejected_writes', 1)
  redis.call('HINCRBY', stats, 'rejected_writes:' .. reason, 1)
  return {reason, 0}
end

local function leave(other)
  redis.call('DEL', prefix .. 'entry:' .. other)
  redis.call('ZREM', lru, other)
  redis.call('ZREM', expiry, other)
  local kin = redis.call('HGET', prefix .. 'kin', other)
  if kin then
    redis.call('HDEL', prefix .. 'kin', other)
    redis.call('HDEL', prefix .. 'near:' .. kin, other)
  end
end

if ARGV[10] ~= '' and redis.call('HGET', prefix .. 'flight:' .. name, 'owner') == ARGV[10] then
  redis.call('DEL', prefix .. 'flight:' .. name)
end
if #ARGV[4] > tonumber(ARGV[9]) then return rejected('size') end
local generations = cjson.decode(ARGV[5])
for tag, generation in pairs(generations) do
  if redis.call('GET', prefix .. 'tag:' .. tag) ~= generation then return rejected('invalidated') end
end
for tag in pairs(generations) do redis.call('PEXPIRE', prefix .. 'tag:' .. tag, ARGV[7], 'GT') end

for _, other in ipairs(redis.call('ZRANGEBYSCORE', expiry, '-inf', now)) do leave(other) end
local entry, ttl = prefix .. 'entry:' .. name, tonumber(ARGV[6])
leave(name)
redis.call('HSET', entry, 'value', ARGV[4], 'generations', ARGV[5], 'created', now, 'expires', now + ttl, 'hits', 0)
if #ARGV > 13 then redis.call('HSET', entry, unpack(ARGV, 14)) end
redis.call('PEXPIRE', entry, ttl + ARGV[11])
if ARGV[12] ~= '' then
  local near = prefix .. 'near:' .. ARGV[12]
  redis.call('HSET', prefix .. 'kin', name, ARGV[12])
  redis.call('HSET', near, name, ARGV[13])
  redis.call('PEXPIRE', near, ttl + ARGV[11], 'NX')
  redis.call('PEXPIRE', near, ttl + ARGV[11], 'GT')
end
local newest = redis.call('ZREVRANGE', lru, 0, 0, 'WITHSCORES')[2] or 0
redis.call('ZADD', lru, string.format('%.0f', math.max(micros, newest + 1)), name)
redis.call('ZADD', expiry, now + ttl + ARGV[11], name)
local evicted = math.max(0, redis.call('ZCARD', lru) - ARGV[8])
if evicted > 0 then
  for _, other in ipairs(redis.call('ZRANGE', lru, 0, evicted - 1)) do leave(other) end
  redis.call('HINCRBY', stats, 'evictions', evicted)
end
redis.call('HSET', stats, 'entries', redis.call('ZCARD', lru))
return {'stored', evicted}
