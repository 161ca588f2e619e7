-- The leader is alive and has written more; say how many listen.
-- ARGV: prefix, name, owner, lease ms, text
local flight, text = ARGV[1] .. 'flight:' .. ARGV[2], ARGV[1] .. 'text:' .. ARGV[3]
if ARGV[5] ~= '' then redis.call('APPEND', text, ARGV[5]) end
if redis.call('PEXPIRE', text, ARGV[4]) == 0 then redis.call('SET', text, '', 'PX', ARGV[4]) end
local leading = redis.call('HMGET', flight, 'owner', 'followers')
if leading[1] ~= ARGV[3] then return 0 end
redis.call('PEXPIRE', flight, ARGV[4])
return tonumber(leading[2])
