internal import Logging
internal import OpenSSL

/// One app's record of its access_token in the store, sealed. Loop-confined.
final class AccessTokenVault {
    private let store: any AccessTokenStore
    private let records: RecordCipher
    private let appID: String
    private let logger: Logger

    /// Not a user's: no openid is empty.
    private var label: User.Key { User.Key(appID: appID, openID: "") }

    init(store: any AccessTokenStore, records: RecordCipher, appID: String, logger: Logger) {
        self.store = store
        self.records = records
        self.appID = appID
        self.logger = logger
    }

    /// The record; nil when there is none. One that does not open counts as none: the data key was changed, or the row
    /// was damaged, and WeChat has another token.
    func load() async throws(StoreError) -> AccessTokenRecord? {
        guard let sealed = try await store.load(appID) else { return nil }
        let bytes = try open(sealed)
        guard let record = bytes.flatMap(AccessTokenRecordCodec.decode) else {
            logger.warning(
                """
                the stored access_token cannot be read: it is fetched again, and what was spent of the day's forced \
                refreshes is forgotten
                """,
                metadata: [
                    "appid": "\(appID)",
                    "reason": bytes == nil ? "no data key opens it" : "not a record of this version",
                ]
            )
            return nil
        }
        return record
    }

    /// Puts a record in the place of the one before.
    func save(_ record: AccessTokenRecord) async throws(StoreError) {
        try await store.save(seal(record), of: appID)
    }

    private func open(_ sealed: SealedRecord) throws(StoreError) -> [UInt8]? {
        do throws(OpenSSLError) {
            return try records.open(sealed, for: .accessToken, of: label)
        } catch {
            throw failed(error)
        }
    }

    private func seal(_ record: AccessTokenRecord) throws(StoreError) -> SealedRecord {
        let bytes = AccessTokenRecordCodec.encode(record)
        do throws(OpenSSLError) {
            return try records.seal(bytes.span, for: .accessToken, of: label)
        } catch {
            throw failed(error)
        }
    }

    /// Out of memory, for instance; to the keeper as good as a store that does not answer.
    private func failed(_ error: OpenSSLError) -> StoreError {
        logger.error(
            "the access_token cannot be sealed or opened",
            metadata: ["appid": "\(appID)", "error": "\(error)"]
        )
        return .unavailable
    }
}
