import TestSupport
import Testing
import WeChat

@Suite struct UserDataSignatureTests {
    private func matches(_ rawData: String, _ signature: String, _ key: String) throws -> Bool {
        try UserDataSignature.matches(
            rawData: Array(rawData.utf8),
            signature: signature,
            sessionKey: #require(SessionKey(key))
        )
    }

    @Test func `WeChat's demo and our own sample verify`() throws {
        #expect(try matches(UserDataVectors.rawDataB, UserDataVectors.signatureB, UserDataVectors.sessionKeyB))
        #expect(try matches(UserDataVectors.rawDataD, UserDataVectors.signatureD, UserDataVectors.sessionKey))
        #expect(
            try matches(UserDataVectors.rawDataB, UserDataVectors.signatureB.uppercased(), UserDataVectors.sessionKeyB)
        )
    }

    @Test func `another key, text or signature does not`() throws {
        let (rawData, signature) = (UserDataVectors.rawDataB, UserDataVectors.signatureB)
        #expect(try !matches(rawData, signature, UserDataVectors.sessionKey))
        #expect(try !matches(rawData + " ", signature, UserDataVectors.sessionKeyB))
        #expect(try !matches(rawData, UserDataVectors.signatureD, UserDataVectors.sessionKeyB))
    }

    @Test(arguments: [
        "", "75", "75e81ceda165f4ffa64f4068af58c64b8f54b88", "zz", "75e81ceda165f4ffa64f4068af58c64b8f54b88c00",
    ])
    func `what is not forty digits matches nothing`(signature: String) throws {
        #expect(try !matches(UserDataVectors.rawDataB, signature, UserDataVectors.sessionKeyB))
    }
}
