-- wrk: the request that a login makes of WeChat, straight to the upstream or through a proxy.
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
function init()
    prefix = string.format("0%s%d%d", os.getenv("BENCH_RUN") or "x", id, os.time())
    target = os.getenv("BENCH_TARGET")
    count = 0
end
function request()
    count = count + 1
    return wrk.format("GET", target .. prefix .. "-" .. count)
end
function done(summary, latency, requests)
    io.write(string.format("requests %d errors %d\n", summary.requests,
        summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
