-- Take one entry out.
-- ARGV: prefix, name
local gone = redis.call('DEL', ARGV[1] .. 'entry:' .. ARGV[2])
redis.call('ZREM', ARGV[1] .. 'lru', ARGV[2])
redis.call('ZREM', ARGV[1] .. 'expiry', ARGV[2])
local kin = redis.call('HGET', ARGV[1] .. 'kin', ARGV[2])
if kin then
  redis.call('HDEL', ARGV[1] .. 'kin', ARGV[2])
  redis.call('HDEL', ARGV[1] .. 'near:' .. kin, ARGV[2])
end
redis.call('HSET', ARGV[1] .. 'stats', 'entries', redis.call('ZCARD', ARGV[1] .. 'lru'))
return gone
