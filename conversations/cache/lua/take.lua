-- Give the answer to another question that means the same, if it holds; nothing otherwise.
-- ARGV: prefix, name, now in ms ('' = the server's)
local prefix, name, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
if not now then now = math.floor(micros / 1000) end
local entry, stats = prefix .. 'entry:' .. name, prefix .. 'stats'
local found = redis.call('HMGET', entry, 'value', 'created', 'expires', 'generations', 'tokens', 'ms', 'session')
if not found[1] or tonumber(found[3]) <= now then return {} end
for tag, generation in pairs(cjson.decode(found[4])) do
  if redis.call('GET', prefix .. 'tag:' .. tag) ~= generation then return {} end
end
local newest = redis.call('ZREVRANGE', prefix .. 'lru', 0, 0, 'WITHSCORES')[2] or 0
redis.call('ZADD', prefix .. 'lru', string.format('%.0f', math.max(micros, newest + 1)), name)
redis.call('HINCRBY', entry, 'hits', 1)
redis.call('HINCRBY', stats, 'hits', 1)
redis.call('HINCRBY', stats, 'hits:similar', 1)
redis.call('HINCRBY', stats, 'tokens_saved', found[5])
redis.call('HINCRBY', stats, 'ms_saved', found[6])
return {found[1], now - tonumber(found[2]), found[3] - now, tonumber(found[6]) or 0, found[7] or ''}
