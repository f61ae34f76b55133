import OpenSSL
import Testing

@testable import Gateway

@Suite struct RecordCipherTests {
    static let user = User.Key(appID: "wx4f4bc4dec97d474b", openID: "oGZUI0egBJY1zhBYw2KhdUfwVJJE")
    static let plaintext = Array("tiihtNczf5v6AKRyjwEUhQ==".utf8)

    static func key(_ byte: UInt8) throws -> DataKey { try DataKey(Array(repeating: byte, count: 32)) }

    let cipher: RecordCipher

    init() throws { cipher = try RecordCipher(keys: [Self.key(1)]) }

    private func seal(_ plaintext: [UInt8] = Self.plaintext, for purpose: RecordPurpose = .sessionKey) throws
        -> SealedRecord
    {
        try cipher.seal(plaintext.span, for: purpose, of: Self.user)
    }

    private func open(_ bytes: [UInt8]) throws -> [UInt8]? {
        try cipher.open(SealedRecord(bytes: bytes), for: .sessionKey, of: Self.user)
    }

    @Test func `what was sealed opens, for each purpose and length`() throws {
        for purpose in RecordPurpose.allCases {
            for count in [0, 1, 15, 16, 17, 24, 400, 4096] {
                let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
                let record = try seal(plaintext, for: purpose)
                #expect(record.bytes.count == 37 + count)
                #expect(try cipher.open(record, for: purpose, of: Self.user) == plaintext)
            }
        }
    }

    @Test func `another implementation opens a record by the layout's description`() throws {
        // Key, label and layout put together by hand from the description, with AES-GCM alone.
        let record = try seal().bytes
        let dataKey = Array(repeating: UInt8(1), count: 32)
        let kid = Array("kid".utf8)
        let id = try HMACSHA256(key: dataKey.span).code(for: kid.span)
        #expect(record[0] == 1)
        #expect(record[1...8].elementsEqual((0..<8).map { id[$0] }))
        let label = Array("wxgate record\0session_key\0wx4f4bc4dec97d474b\0oGZUI0egBJY1zhBYw2KhdUfwVJJE".utf8)
        let key = try HMACSHA256(key: dataKey.span).code(for: label.span)
        let sealed = Array(record[21...])
        let opened = try AESGCM().open(
            sealed.span,
            key: key,
            nonce: [12 of UInt8] { record[9 + $0] },
            associatedData: label.span
        )
        #expect(opened == Self.plaintext)
    }

    @Test func `another user or purpose opens nothing`() throws {
        let record = try seal()
        for purpose in RecordPurpose.allCases where purpose != .sessionKey {
            #expect(try cipher.open(record, for: purpose, of: Self.user) == nil)
        }
        let user = Self.user
        let others = [
            User.Key(appID: user.appID, openID: user.openID + "x"),
            User.Key(appID: user.appID, openID: String(user.openID.dropLast())),
            User.Key(appID: user.appID, openID: ""),
            User.Key(appID: "wx0000000000000000", openID: user.openID),
            User.Key(appID: user.openID, openID: user.appID),
            User.Key(appID: user.appID + "o", openID: String(user.openID.dropFirst())),
        ]
        for other in others { #expect(try cipher.open(record, for: .sessionKey, of: other) == nil) }
    }

    @Test func `no changed bit and no cut opens`() throws {
        let bytes = try seal().bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                #expect(try open(changed) == nil, "bit \(bit) of byte \(index)")
            }
            #expect(try open(Array(bytes[..<index])) == nil)
            #expect(try open(Array(bytes[(index + 1)...])) == nil)
        }
        #expect(try open(bytes + [0]) == nil)
        #expect(try open(bytes) == Self.plaintext)
    }

    @Test func `a record tells nothing of its plaintext and is never the same twice`() throws {
        let records = try (0..<200).map { _ in try seal().bytes }
        #expect(Set(records).count == records.count)
        #expect(Set(records.map { $0[9..<21] }).count == records.count)
        for record in records {
            for start in 0...(Self.plaintext.count - 4) {
                #expect(!record.contains(Self.plaintext[start..<start + 4]))
            }
        }
    }

    @Test func `after a rotation the newest key seals and all of them open`() throws {
        let old = try seal()
        let rotated = try RecordCipher(keys: [Self.key(2), Self.key(1)])
        #expect(try rotated.open(old, for: .sessionKey, of: Self.user) == Self.plaintext)
        let new = try rotated.seal(Self.plaintext.span, for: .sessionKey, of: Self.user)
        #expect(try rotated.open(new, for: .sessionKey, of: Self.user) == Self.plaintext)
        // The old key alone no longer opens it, nor does a gateway from which the old key was removed open the old one.
        #expect(try cipher.open(new, for: .sessionKey, of: Self.user) == nil)
        let removed = try RecordCipher(keys: [Self.key(2)])
        #expect(try removed.open(old, for: .sessionKey, of: Self.user) == nil)
        #expect(try removed.open(new, for: .sessionKey, of: Self.user) == Self.plaintext)
    }
}
