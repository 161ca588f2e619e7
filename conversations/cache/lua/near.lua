-- Give those an answer may be found among, unless there is an entry of this very name.
-- ARGV: prefix, name, those it may be found among
if redis.call('EXISTS', ARGV[1] .. 'entry:' .. ARGV[2]) == 1 then return {} end
return redis.call('HGETALL', ARGV[1] .. 'near:' .. ARGV[3])
