-- The leader has the answer, or failed; followers read the end for as long as it is kept.
-- ARGV: prefix, name, owner, kept for ms, end, may later ones join?
local flight = ARGV[1] .. 'flight:' .. ARGV[2]
redis.call('SET', ARGV[1] .. 'end:' .. ARGV[3], ARGV[5], 'PX', ARGV[4])
if redis.call('HGET', flight, 'owner') ~= ARGV[3] then return 0 end
if ARGV[6] == '1' then redis.call('PEXPIRE', flight, ARGV[4]) else redis.call('DEL', flight) end
return 1
