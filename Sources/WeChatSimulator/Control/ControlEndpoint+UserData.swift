/// Phone codes and open data: what the mini-program gets from the phone besides login codes.
extension ControlEndpoint {
    static func phoneCode(
        _ input: ControlObject,
        at now: UnixTime,
        in state: inout SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        var input = input
        let appid = try input.string("appid")
        let choice = try userChoice(&input)
        let phone = try phone(&input)
        try input.finish()

        let code = try state.mintPhoneCode(appid: appid, user: choice ?? .new, phone: phone, at: now)
        return ControlReply { json in
            json.member("code", code.code)
            json.member("appid", code.appid)
            json.member("openid", code.openid)
            json.member("phoneNumber", phone.phoneNumber)
            json.member("purePhoneNumber", phone.purePhoneNumber)
            json.member("countryCode", phone.countryCode)
        }
    }

    static func userData(
        _ input: ControlObject,
        at now: UnixTime,
        in state: inout SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        var input = input
        let appid = try input.string("appid")
        guard let choice = try userChoice(&input) else { throw .invalid("send openid or user") }
        let name = try input.string("kind") ?? UserDataRequest.Kind.userInfo.rawValue
        guard let kind = UserDataRequest.Kind(rawValue: name) else {
            throw .invalid("kind must be user_info, user_profile or phone")
        }
        var request = UserDataRequest(kind)
        if kind == .phone {
            request.phone = try phone(&input)
        } else {
            request.isAnonymous = try input.flag("anonymous") ?? false
        }
        request.watermarkAppid = try input.string("watermark_appid")
        request.age = .seconds(try input.integer("age_s", in: 0...315_360_000) ?? 0)
        request.usesPreviousKey = try input.flag("stale_key") ?? false
        try input.finish()

        let (user, data) = try state.userData(request, appid: appid, user: choice, at: now)
        return ControlReply { json in
            json.member("openid", user.openid)
            json.member("encryptedData", data.encryptedData)
            json.member("iv", data.iv)
            json.member("rawData", data.rawData)
            json.member("signature", data.signature)
        }
    }

    /// The user that `openid` or `user` names, if one of them does.
    static func userChoice(_ input: inout ControlObject) throws(SimulatorRefusal) -> UserChoice? {
        let openid = try input.string("openid")
        let name = try input.string("user")
        guard openid == nil || name == nil else { throw .invalid("send openid or user, not both") }
        return name.map { .named($0) } ?? openid.map { .openid($0) }
    }

    private static func phone(_ input: inout ControlObject) throws(SimulatorRefusal) -> SimulatedPhone {
        let number = try input.string("phone") ?? SimulatedPhone.sample.purePhoneNumber
        let country = try input.string("country_code") ?? SimulatedPhone.sample.countryCode
        guard let phone = SimulatedPhone(purePhoneNumber: number, countryCode: country) else {
            throw .invalid("phone must be 4 to 20 digits and country_code 1 to 4")
        }
        return phone
    }
}
