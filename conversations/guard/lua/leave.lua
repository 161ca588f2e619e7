-- A call is over: free its permit, count how it went, learn what the provider said of its limits.
-- ARGV: prefix, now in ms ('' = the server's), model, permit, generation, 1 if it was the probe,
--       outcome: answered, nothing (it says nothing of the provider), or the class of the failure,
--       ms the provider asked us to wait (0 = it did not), 1 when it limits our rate,
--       reserved input tokens, output tokens, used input tokens, output tokens (-1 = unknown),
--       the provider's limits and what is left: requests, input tokens, output tokens (each twice; -1 = not told),
--       fewest failures, their share, ms it stays open at first, ms at most, ms of a stretch, stretches that count
-- Answer: {state, 1 if this call opened it, 1 if this call closed it}
local prefix, now, permit, outcome = ARGV[1], tonumber(ARGV[2]), ARGV[4], ARGV[7]
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local model = prefix .. 'model:' .. ARGV[3]
redis.call('ZREM', prefix .. 'permits', permit)
local known = {}
local flat = redis.call('HGETALL', model)
for place = 1, #flat, 2 do known[flat[place]] = flat[place + 1] end
local function number(field, default) return tonumber(known[field]) or default end
local function set(field, value)
  known[field] = value
  redis.call('HSET', model, field, value)
end

local asked = tonumber(ARGV[8])
if ARGV[9] == '1' then set('blocked_until', math.max(number('blocked_until', 0), now + math.max(asked, 1000))) end

local used_output = tonumber(ARGV[13])
if used_output >= 0 then
  set('output_average', number('output_average', 400) * 0.9 + used_output * 0.1)
end
local back = {requests = 0, input = 0, output = 0}
if tonumber(ARGV[12]) >= 0 then back.input = ARGV[10] - ARGV[12] end
if used_output >= 0 then back.output = ARGV[11] - used_output end
for place, kind in ipairs({'requests', 'input', 'output'}) do
  local limit, left = tonumber(ARGV[12 + 2 * place]), tonumber(ARGV[13 + 2 * place])
  if known[kind .. '_level'] and back[kind] ~= 0 then set(kind .. '_level', number(kind .. '_level', 0) + back[kind]) end
  if limit > 0 then
    if not known[kind .. '_at'] then set(kind .. '_at', now) end
    set(kind .. '_limit', limit)
    -- What is left is as old as the answer's first line, so it may only lower our own count: the calls
    -- that began meanwhile are in ours and not in theirs, and ours fills up again by itself.
    if left >= 0 then set(kind .. '_level', math.min(number(kind .. '_level', limit), left)) end
  end
end
redis.call('PEXPIRE', model, 86400000)

local function empty()
  for place = 0, tonumber(ARGV[25]) - 1 do redis.call('HDEL', model, 'window:' .. place) end
end
local function open(trips)
  local rest = math.min(tonumber(ARGV[23]), ARGV[22] * 2 ^ (trips - 1))
  set('until', now + math.max(rest, math.min(asked, tonumber(ARGV[23]))))
  set('trips', trips)
  set('probe', '')
  set('generation', number('generation', 0) + 1)
  set('state', 'open')
  set('reason', outcome)
  empty()
  return {'open', 1, 0}
end

local state = known.state or 'closed'
if outcome == 'nothing' then
  if known.probe == permit then set('probe', '') end
  return {state, 0, 0}
end
if state == 'open' then
  -- What was begun before it opened is no news.
  if ARGV[6] ~= '1' or known.probe ~= permit then return {state, 0, 0} end
  if outcome ~= 'answered' then return open(number('trips', 0) + 1) end
  set('state', 'closed')
  set('probe', '')
  set('trips', 0)
  empty()
  return {'closed', 0, 1}
end
if tonumber(ARGV[5]) ~= number('generation', 0) then return {state, 0, 0} end

local stretch, count = math.floor(now / ARGV[24]), tonumber(ARGV[25])
local field = 'window:' .. stretch % count
local at, good, bad = string.match(known[field] or '', '^(%d+):(%d+):(%d+)$')
if tonumber(at) ~= stretch then good, bad = 0, 0 end
if outcome == 'answered' then good = good + 1 else bad = bad + 1 end
set(field, string.format('%d:%d:%d', stretch, good, bad))
if outcome == 'answered' then return {state, 0, 0} end
local goods, bads = 0, 0
for place = 0, count - 1 do
  at, good, bad = string.match(known['window:' .. place] or '', '^(%d+):(%d+):(%d+)$')
  if at and stretch - at < count then goods, bads = goods + good, bads + bad end
end
if bads >= tonumber(ARGV[20]) and bads >= ARGV[21] * (goods + bads) then return open(1) end
return {state, 0, 0}
