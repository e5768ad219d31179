-- One request against the rate limit: the same rule as orbit_domain.rate_limit.rate_limit.judge, in one atomic step.
-- KEYS[1]: the record. ARGV: now, interval, depth, ban (whole microseconds).
-- Returns {admitted, banned until, ban starts now, corrupt value found}; 0 stands for no.
local now, interval = tonumber(ARGV[1]), tonumber(ARGV[2])
local depth, ban = tonumber(ARGV[3]), tonumber(ARGV[4])

local function record(text)
  local empty_at, banned_until = string.match(text, '^1 (%d+) (%d+)$')
  -- Integers of sixteen digits are exact in a double; longer ones were never written here.
  if not empty_at or #empty_at > 16 or #banned_until > 16 then return nil end
  empty_at, banned_until = tonumber(empty_at), tonumber(banned_until)
  if empty_at - now > depth or banned_until - now > ban then return nil end
  return empty_at, banned_until
end

local function save(empty_at, banned_until)
  local text = string.format('1 %.0f %.0f', empty_at, banned_until)
  -- The TTL is longer than a record is relevant, so that only the caller's clock decides.
  redis.call('SET', KEYS[1], text, 'PX', string.format('%.0f', math.ceil((depth + ban) / 1000)))
end

local empty_at, banned_until, corrupt = now, 0, 0
local held = redis.pcall('GET', KEYS[1])
if held then
  local known, banned
  if type(held) == 'string' then known, banned = record(held) end
  if known then empty_at, banned_until = known, banned else corrupt = 1 end
end

if now < banned_until then return {0, banned_until, 0, corrupt} end
local level = math.max(empty_at, now)
if level + interval - now <= depth then
  save(level + interval, 0)
  return {1, 0, 0, corrupt}
end
save(level, now + ban)
return {0, now + ban, 1, corrupt}
