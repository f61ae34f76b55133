-- wrk: GET with the bearer token of the environment, if there is one.
local token = os.getenv("BENCH_TOKEN")
if token then wrk.headers["Authorization"] = "Bearer " .. token end
function done(summary, latency, requests)
    io.write(string.format("requests %d errors %d\n", summary.requests,
        summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
