import Benchmark
import WeChat

/// WeChat's JSON.
enum JSONBenchmarks {
    static let session = Array(
        #"{"session_key":"HyVFkGl5F5OQWJZZaNzBBg==","openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}"#.utf8
    )
    static let refusal = Array(#"{"errcode":40163,"errmsg":"code been used, rid: 5f8a7b3c-2d1e4f5a-6b7c8d9e"}"#.utf8)

    static func add() {
        Benchmark("read a code2Session reply") { benchmark in
            for _ in benchmark.scaledIterations { blackHole(try Code2SessionReply.parse(status: 200, body: session)) }
        }
        Benchmark("read a refusal") { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(try? Code2SessionReply.parse(status: 200, body: refusal))
            }
        }
    }
}
