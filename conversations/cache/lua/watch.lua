-- What the leader has written from this byte on, and how it ended; nothing at all when it is dead.
-- ARGV: prefix, owner, offset in bytes
local ended = redis.call('GET', ARGV[1] .. 'end:' .. ARGV[2])
if ended then return {'ended', ended} end
local text = ARGV[1] .. 'text:' .. ARGV[2]
if redis.call('EXISTS', text) == 0 then return {'dead', ''} end
return {'writing', redis.call('GETRANGE', text, ARGV[3], -1)}
