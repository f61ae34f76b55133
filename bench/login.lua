-- wrk: each request logs in with a code of its own. Codes start with the thread's number and the time, so that no two
-- runs share one.
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
function init()
    prefix = string.format("0%s%d%d", os.getenv("BENCH_RUN") or "x", id, os.time())
    count = 0
    headers = { ["Content-Type"] = "application/json" }
end
function request()
    count = count + 1
    return wrk.format("POST", "/api/v1/wx/login", headers, string.format('{"code":"%s-%d"}', prefix, count))
end
function done(summary, latency, requests)
    io.write(string.format("requests %d errors %d\n", summary.requests,
        summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
