/// `POST /wxa/getwxacodeunlimit`: a mini-program code that carries a scene (facts sheet 4.1).
enum UnlimitedWXACodeEndpoint {
    static func make(_ call: WeChatCall, at now: UnixTime, in state: inout SimulatorState) -> WeChatOutcome<WXACode> {
        state.outcome(ofPost: call, at: now) { app, state in
            guard state.usage.takeWXACode(of: app, at: now) else { return .refused(.cgi(45009)) }
            do throws(WXACode.Refusal) {
                let code = try WXACode(call.body, of: app)
                state.entrances.add(Entrance(code, at: now))
                return .granted(code)
            } catch {
                return .refused(.cgi(error.errcode))
            }
        }
    }
}

extension Entrance {
    fileprivate init(_ code: WXACode, at now: UnixTime) {
        self.init(appid: code.appid, scene: code.scene, page: code.page, environment: code.environment, madeAt: now)
    }
}
