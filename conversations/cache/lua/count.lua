-- Add to the counters.
-- ARGV: the counters' key, then field, number...
for place = 2, #ARGV, 2 do redis.call('HINCRBY', ARGV[1], ARGV[place], ARGV[place + 1]) end
return 1
