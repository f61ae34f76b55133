/// `POST /wxa/generate_urllink`: a link that opens the mini-program on the phone that taps it (facts sheet 4.4).
enum URLLinkEndpoint {
    struct Grant: Equatable, Sendable {
        let address: String
    }

    static func make(_ call: WeChatCall, at now: UnixTime, in state: inout SimulatorState) -> WeChatOutcome<Grant> {
        state.outcome(ofPost: call, at: now) { app, state in
            if let errcode = state.usage.takeLink(of: app, at: now) { return .refused(.cgi(errcode)) }
            do throws(URLLink.Refusal) {
                return .granted(Grant(address: state.open(try URLLink(call.body, of: app, at: now), call, at: now)))
            } catch {
                return .refused(.cgi(error.errcode))
            }
        }
    }

    static func body(of grant: Grant, spoiledBy fault: Fault?) -> [UInt8] {
        JSONWriter.reply(confirms: true, spoiledBy: fault) { $0.member("url_link", grant.address) }
    }
}

extension SimulatorState {
    /// Remembers a link and gives it an address: WeChat's leads to the phone's own WeChat, ours to the page that plays it.
    fileprivate mutating func open(_ link: URLLink, _ call: WeChatCall, at now: UnixTime) -> String {
        let ticket = Identifier.linkTicket(using: &generator)
        let host = call.host.flatMap { Self.isHostAndPort($0) ? $0 : nil } ?? address
        let address = "http://\(host)/phone?link=\(ticket)"
        entrances.add(
            Entrance(
                appid: link.appid,
                scene: link.scene,
                page: link.page,
                environment: link.environment,
                madeAt: now,
                link: Entrance.Link(ticket: ticket, address: address, expiresAt: link.expiresAt)
            )
        )
        return address
    }

    /// Whether a Host field is what may stand in a link: a name or an address, and a port.
    private static func isHostAndPort(_ text: String) -> Bool {
        guard text.utf8.count <= 260, let separator = text.lastIndex(of: ":") else { return false }
        let (host, port) = (text[..<separator], text[text.index(after: separator)...])
        guard (1...5).contains(port.utf8.count), UInt16(port) != nil, port.allSatisfy(\.isNumber) else { return false }
        if host.hasPrefix("[") { return ListenAddress(text) != nil }
        return !host.isEmpty
            && host.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."): true
                default: false
                }
            }
    }
}
