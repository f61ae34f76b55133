-- wrk: each request logs in with a code of its own, as one of BENCH_USERS users (default: one user a code). Codes hold
-- the run, the thread's number and the time, so that no two runs share one; what stands before the dot is the user, for
-- wxsim --accept-any-code as for bench/peers/upstream.conf.
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
function init()
    run = string.format("%s%d%d", os.getenv("BENCH_RUN") or "x", id, os.time())
    users = tonumber(os.getenv("BENCH_USERS") or "0")
    count = 0
    headers = { ["Content-Type"] = "application/json" }
end
function code()
    count = count + 1
    if users == 0 then return string.format("0%s-%d", run, count) end
    -- A step that has no factor in common with the number of users visits all of them in no visible order.
    return string.format("%08d.%s-%d", (count * 7919 + id * 104729) % users, run, count)
end
function request()
    return wrk.format("POST", "/api/v1/wx/login", headers, string.format('{"code":"%s"}', code()))
end
function done(summary, latency, requests)
    io.write(string.format("requests %d errors %d\n", summary.requests,
        summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
