/// `GET /cgi-bin/get_api_domain_ip`: the addresses of WeChat's own hosts (facts sheet 10).
enum APIDomainIPEndpoint {
    struct Grant: Equatable, Sendable {
        let addresses: [String]
    }

    /// Where a simulator is at home; nobody who follows the list leaves the computer.
    private static let addresses = ["127.0.0.1", "127.0.0.2"]

    static func list(_ call: WeChatCall, at now: UnixTime, in state: inout SimulatorState) -> WeChatOutcome<Grant> {
        if call.method == "POST", !call.hasContentLength { return .preconditionFailed }
        if case .refused(let failure) = state.app(authorizing: call, at: now) { return .refused(failure) }
        return .granted(Grant(addresses: addresses))
    }

    static func body(of grant: Grant, spoiledBy fault: Fault?) -> [UInt8] {
        JSONWriter.reply(confirms: false, spoiledBy: fault) { json in
            json.key("ip_list")
            json.beginArray()
            for address in grant.addresses { json.value(address) }
            json.endArray()
        }
    }
}
