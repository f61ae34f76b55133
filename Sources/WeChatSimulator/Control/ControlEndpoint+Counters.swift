/// What was counted, for assertions.
extension ControlEndpoint {
    static func counters(_ counters: SimulatorCounters) -> ControlReply {
        ControlReply { json in
            json.key("requests")
            json.beginObject()
            for (path, endpoint) in counters.requests.sorted(by: { $0.key < $1.key }) {
                json.key(path)
                json.beginObject()
                json.member("total", endpoint.total)
                write(endpoint.errcodes, as: "errcodes", to: &json)
                json.endObject()
            }
            json.endObject()
            json.member("exchanges", counters.exchanges)
            json.member("codes_minted", counters.codesMinted)
            json.member("codes_kept", counters.codesKept)
            json.member("users", counters.users)
            json.key("faults")
            json.beginObject()
            for (name, count) in counters.faults.sorted(by: { $0.key < $1.key }) { json.member(name, count) }
            json.endObject()
            write(counters.accessTokens, to: &json)
        }
    }

    private static func write(_ counts: SimulatorCounters.AccessTokens, to json: inout JSONWriter) {
        json.key("access_tokens")
        json.beginObject()
        json.key("issued")
        json.beginObject()
        for kind in AccessTokenKind.allCases { json.member(kind.rawValue, counts.issued[kind] ?? 0) }
        json.endObject()
        json.member("same_again", counts.sameAgain)
        json.key("forced")
        json.beginObject()
        json.member("granted", counts.forcedGranted)
        json.member("too_soon", counts.forcedTooSoon)
        json.member("exhausted", counts.forcedExhausted)
        json.endObject()
        json.member("rival_fetches", counts.rivalFetches)
        write(counts.refused, as: "refused", to: &json)
        json.endObject()
    }

    private static func write(_ errcodes: [Int: Int], as name: String, to json: inout JSONWriter) {
        json.key(name)
        json.beginObject()
        for (errcode, count) in errcodes.sorted(by: { $0.key < $1.key }) { json.member(String(errcode), count) }
        json.endObject()
    }
}
