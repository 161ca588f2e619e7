-- The call goes on: keep its permit, and its being the probe. A server that lost the permit learns of it again.
-- ARGV: prefix, now in ms ('' = the server's), model, permit, ms a permit lives unrenewed
local prefix, now, life = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[5])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local model, permits = prefix .. 'model:' .. ARGV[3], prefix .. 'permits'
redis.call('ZADD', permits, now + life, ARGV[4])
redis.call('PEXPIRE', permits, life * 2)
if redis.call('HGET', model, 'probe') == ARGV[4] then redis.call('HSET', model, 'probe_until', now + life) end
return redis.status_reply('OK')
