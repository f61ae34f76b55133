extension RequestMembers {
    /// The body bounds user data; these bound the query form.
    private static let rawDataLengthMax = 65_536
    private static let base64LengthMax = 65_536

    /// `rawData` + `signature` and `encryptedData` + `iv`, each pair whole or not there.
    ///
    /// - Throws: `invalidRequest` naming the member.
    func userData() throws(GatewayError) -> UserData {
        let signed = try pair("rawData", "signature", lengthMax: Self.rawDataLengthMax)
        return UserData(
            signed: signed.map { (rawData: Array($0.0.utf8), signature: $0.1) },
            encrypted: try encryptedData()
        )
    }

    /// `encryptedData` + `iv`, both or neither.
    ///
    /// - Throws: `invalidRequest` naming the member.
    func encryptedData() throws(GatewayError) -> UserData.Encrypted? {
        try pair("encryptedData", "iv", lengthMax: Self.base64LengthMax).map { (data: $0.0, iv: $0.1) }
    }
}
