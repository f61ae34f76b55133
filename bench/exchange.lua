-- wrk: the request that a login makes of WeChat, through a proxy, with the codes of login.lua.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
dofile(here .. "login.lua")
local start = init
function init()
    start()
    target = os.getenv("BENCH_TARGET")
end
function request()
    return wrk.format("GET", target .. code())
end
