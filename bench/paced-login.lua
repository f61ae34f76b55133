-- wrk: login.lua at a pace. BENCH_DELAY is the mean pause of a connection between two logins, in milliseconds.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
dofile(here .. "login.lua")
local mean = tonumber(os.getenv("BENCH_DELAY") or "64")
function delay()
    return math.random(0, 2 * mean)
end
