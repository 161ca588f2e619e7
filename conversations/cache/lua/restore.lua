-- Take bumps back, all or none: only while each tag still has the generation the bump gave it.
-- ARGV: prefix, then tag, generation before, generation after...
for place = 2, #ARGV, 3 do
  if redis.call('GET', ARGV[1] .. 'tag:' .. ARGV[place]) ~= ARGV[place + 2] then return 0 end
end
for place = 2, #ARGV, 3 do
  redis.call('SET', ARGV[1] .. 'tag:' .. ARGV[place], ARGV[place + 1], 'KEEPTTL')
end
return 1
