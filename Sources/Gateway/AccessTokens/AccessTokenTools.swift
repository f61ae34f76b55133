internal import OpenSSL
internal import UV
internal import WeChat

/// What a keeper works with on its home loop, from start to stop. Loop-confined.
final class AccessTokenTools {
    let weChat: WeChatClient
    let vault: AccessTokenVault
    let writer: AccessTokenWriter
    let timer: Timer

    /// On the loop.
    ///
    /// - Throws: `ClientError` or `OpenSSLError` when a library cannot start.
    init(
        of app: App,
        on loop: EventLoop,
        _ environment: AccessTokenEnvironment,
        onTimer: @escaping () -> Void
    ) throws {
        let records = try RecordCipher(keys: environment.dataKeys)
        weChat = try WeChatClient(
            on: loop,
            configuration: environment.ownUpstream.client,
            logger: environment.logger
        )
        vault = AccessTokenVault(
            store: environment.store,
            records: records,
            appID: app.id,
            logger: environment.logger
        )
        writer = AccessTokenWriter(on: loop, vault: vault, appID: app.id, logger: environment.logger)
        timer = Timer(on: loop, onFire: onTimer)
    }

    /// Ends what is still under way.
    func close() {
        timer.close()
        weChat.close()
    }
}
