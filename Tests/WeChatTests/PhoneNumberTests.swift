import TestSupport
import Testing
import WeChat

@Suite struct PhoneNumberTests {
    private func parse(_ json: String) -> PhoneNumber? { PhoneNumber.parse(json: Array(json.utf8)) }

    @Test func `decrypted data of the phone button holds a number`() throws {
        let cipher = try UserDataCipher()
        let outcome = try cipher.decrypt(
            encryptedData: UserDataVectors.encryptedC,
            iv: UserDataVectors.iv,
            sessionKey: try #require(SessionKey(UserDataVectors.sessionKey))
        )
        guard case .decrypted(let data) = outcome else {
            Issue.record("not decrypted")
            return
        }
        let number = try #require(PhoneNumber.parse(json: data.json))
        #expect(number.phoneNumber == "13580006666")
        #expect(number.purePhoneNumber == "13580006666")
        #expect(number.countryCode == "86")
        #expect(number.appID == UserDataVectors.appID)
    }

    @Test func `decrypted data of anything else holds none`() {
        #expect(parse(UserDataVectors.plaintextA) == nil)
        #expect(parse(UserDataVectors.plaintextD) == nil)
        for json in ["", "{}", "[]", "\u{0}", #"{"phoneNumber":"1","watermark":{"appid":"w"}}"#] {
            #expect(parse(json) == nil)
        }
    }
}
