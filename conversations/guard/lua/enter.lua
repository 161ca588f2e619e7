-- May this call be made? Everything is looked at first and taken only if all of it is to be had.
-- ARGV: prefix, now in ms ('' = the server's), model, permit, ms a permit lives unrenewed, most in flight,
--       1 when it repeats a failed call, input tokens, output tokens ('' = what answers took of late),
--       limits a minute of requests, input tokens, output tokens (0 = as the provider tells),
--       thousandths of a repetition that a call earns, most of them, one in any case after so many ms,
--       those to begin with
-- Answer: {'go', generation, 1 if it is the probe, output tokens reserved} or {reason, ms to wait}
local prefix, now, name, permit = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local life, is_retry = tonumber(ARGV[5]), ARGV[7] == '1'
local model, permits, retries = prefix .. 'model:' .. name, prefix .. 'permits', prefix .. 'retries'
local known = {}
local flat = redis.call('HGETALL', model)
for place = 1, #flat, 2 do known[flat[place]] = flat[place + 1] end
local function number(field, default) return tonumber(known[field]) or default end
local changed = {}
local function set(field, value)
  changed[#changed + 1] = field
  changed[#changed + 1] = value
end

local is_probe = 0
if known.state == 'open' then
  if now < number('until', 0) then return {'breaker', known['until'] - now} end
  if known.probe and known.probe ~= '' and now < number('probe_until', 0) then
    return {'probing', math.min(known.probe_until - now, 1000)}
  end
  is_probe = 1
end
if now < number('blocked_until', 0) then return {'blocked', known.blocked_until - now} end

local output = tonumber(ARGV[9]) or math.ceil(number('output_average', 400))
local wanted = {requests = 1, input = tonumber(ARGV[8]), output = output}
for place, kind in ipairs({'requests', 'input', 'output'}) do
  local limit, ours = number(kind .. '_limit', 0), tonumber(ARGV[9 + place])
  if ours > 0 and (limit == 0 or ours < limit) then limit = ours end
  if limit > 0 then
    local passed = math.max(0, now - number(kind .. '_at', 0))
    local level = math.min(limit, number(kind .. '_level', limit) + passed * limit / 60000)
    -- A call larger than the whole limit goes when the bucket is full: it could never go otherwise.
    local take = math.min(wanted[kind], limit)
    if level < take then return {kind, math.ceil((take - level) * 60000 / limit)} end
    set(kind .. '_level', level - wanted[kind])
    set(kind .. '_at', now)
  end
end

local share, most, every = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
local credit = tonumber(redis.call('HGET', retries, 'credit') or ARGV[16])
local last = tonumber(redis.call('HGET', retries, 'last') or 0)
if is_retry then
  if credit < 1000 and now - last < every then return {'retries', every - (now - last)} end
  credit = math.max(0, credit - 1000)
else
  credit = math.min(most, credit + share)
end

redis.call('ZREMRANGEBYSCORE', permits, '-inf', now)
if redis.call('ZCARD', permits) >= tonumber(ARGV[6]) then return {'full', 250} end

redis.call('ZADD', permits, now + life, permit)
redis.call('PEXPIRE', permits, life * 2)
redis.call('HSET', retries, 'credit', credit)
if is_retry then redis.call('HSET', retries, 'last', now) end
redis.call('PEXPIRE', retries, 86400000)
if is_probe == 1 then
  set('probe', permit)
  set('probe_until', now + life)
end
if #changed > 0 then redis.call('HSET', model, unpack(changed)) end
redis.call('PEXPIRE', model, 86400000)
return {'go', number('generation', 0), is_probe, output}
