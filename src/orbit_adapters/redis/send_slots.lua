-- One message to a chat of Telegram: the rule of orbit_adapters.telegram.send_rate_limiter, for all processes at once.
-- KEYS[1]: the slots that are taken, KEYS[2]: the first slot free for the chat.
-- ARGV: slots a second, how many slots a chat rests. Returns {slot, microseconds until it begins}.
-- The server's clock decides, so that processes whose clocks differ share one row of slots.
local per_second, rest = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local seconds, microseconds = tonumber(time[1]), tonumber(time[2])
local now = seconds * per_second + math.ceil(microseconds * per_second / 1000000)

-- What isn't ours, or lies further ahead than messages ever wait, is thrown away: it would stop all sending.
local farthest = now + 600 * per_second
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then redis.call('DEL', KEYS[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 1)
redis.call('ZREMRANGEBYSCORE', KEYS[1], farthest, '+inf')
local held = redis.pcall('GET', KEYS[2])
local free = type(held) == 'string' and tonumber(held) or 0
if free ~= free or free > farthest then free = 0 end

local slot = math.max(now, math.ceil(free))
local function text(number) return string.format('%.0f', number) end
while redis.call('ZSCORE', KEYS[1], text(slot)) do slot = slot + 1 end

redis.call('ZADD', KEYS[1], text(slot), text(slot))
redis.call('EXPIRE', KEYS[1], 3600)
redis.call('SET', KEYS[2], text(slot + rest), 'EX', math.ceil((slot + rest - now) / per_second) + 1)
local wait = (slot - seconds * per_second) * 1000000 / per_second - microseconds
return {slot, math.max(0, math.ceil(wait))}
