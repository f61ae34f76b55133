import FoundationEssentials

/// `POST /wxa/business/getuserphonenumber`: exchanges a one-time phone code for the number (facts sheet 5).
enum UserPhoneNumberEndpoint {
    static func exchange(
        _ call: WeChatCall,
        at now: UnixTime,
        in state: inout SimulatorState
    ) -> WeChatOutcome<PhoneCodeBook.Grant> {
        state.outcome(ofPost: call, at: now) { app, state in
            if call.body.isEmpty { return .refused(.business(44002)) }
            guard let parameters = try? JSONDecoder().decode(Parameters.self, from: Data(call.body)) else {
                return .refused(.business(47001))
            }
            guard let code = parameters.code, let grant = state.phoneCodes.look(up: code, at: now) else {
                return .refused(.business(40029))
            }
            guard grant.appid == app.appid else { return .refused(.business(40013)) }
            if let openid = parameters.openid, openid != grant.openid { return .refused(.business(40003)) }
            state.phoneCodes.consume(code)
            return .granted(grant)
        }
    }

    static func body(of grant: PhoneCodeBook.Grant, spoiledBy fault: Fault?) -> [UInt8] {
        JSONWriter.reply(confirms: true, spoiledBy: fault) { json in
            json.key("phone_info")
            json.beginObject()
            grant.phone.write(
                to: &json,
                appid: grant.appid,
                timestamp: grant.grantedAt.seconds,
                countryCodeIsNumber: fault == .countryCodeNumber
            )
            json.endObject()
        }
    }
}

private struct Parameters: Decodable {
    let code: String?
    let openid: String?
}
