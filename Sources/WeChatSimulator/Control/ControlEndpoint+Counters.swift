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
                json.key("errcodes")
                json.beginObject()
                for (errcode, count) in endpoint.errcodes.sorted(by: { $0.key < $1.key }) {
                    json.member(String(errcode), count)
                }
                json.endObject()
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
        }
    }
}
