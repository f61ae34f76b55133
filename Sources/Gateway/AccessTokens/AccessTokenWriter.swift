internal import Logging
internal import UV

/// Writes one app's records, one at a time and the newest last, whatever order the store would do them in.
/// Loop-confined.
final class AccessTokenWriter {
    /// Milliseconds between two tries of a write that failed: a store that is down is not hurried, and little is lost
    /// with a token that a restart would fetch again.
    static let retryMilliseconds: UInt64 = 1_000

    private let loop: EventLoop
    private let vault: AccessTokenVault
    private let appID: String
    private let logger: Logger

    /// To be written until it is done or a later one takes its place.
    private var wanted: AccessTokenRecord?
    /// To be tried once, now.
    private var once: (record: AccessTokenRecord, isSaved: Completion<Bool>)?
    private var run: Task<Void, Never>?
    /// Ends the wait before the next try.
    private var pause: Completion<Void>?
    private var isFailing = false
    private var isFinishing = false

    init(on loop: EventLoop, vault: AccessTokenVault, appID: String, logger: Logger) {
        self.loop = loop
        self.vault = vault
        self.appID = appID
        self.logger = logger
    }

    /// Has a record written; nobody waits.
    func save(_ record: AccessTokenRecord) {
        wanted = record
        start()
    }

    /// Writes a record that is newer than all before it, in one try; whether it is safe.
    func saveOnce(_ record: AccessTokenRecord) async -> Bool {
        let isSaved = Completion<Bool>(on: loop)
        once = (record, isSaved)
        pause?.finish(())
        start()
        return await isSaved.value() ?? false
    }

    /// Waits until nothing is left to write; from now on each record has one try only.
    func finish() async {
        isFinishing = true
        pause?.finish(())
        await run?.value
    }

    private func start() {
        if run != nil { return }
        let me = LoopBound(self, on: loop)
        let actor = loop.actor
        run = Task(name: "save access_token", executorPreference: loop) {
            await AccessTokenWriter.write(me, isolation: actor)
        }
    }

    private static func write(_ writer: LoopBound<AccessTokenWriter>, isolation: isolated LoopActor) async {
        await writer.value.writeAll()
    }

    private func writeAll() async {
        defer { run = nil }
        while true {
            let isDone: Bool
            if let (record, isSaved) = once.take() {
                let older = wanted.take()
                isDone = await write(record)
                // One that was not written may have been meant to replace what still is to be.
                if !isDone, wanted == nil { wanted = older }
                isSaved.finish(isDone)
            } else if let record = wanted.take() {
                isDone = await write(record)
                if !isDone, wanted == nil { wanted = record }
            } else {
                return
            }
            // Who waits for an answer came meanwhile and gets it first.
            if isDone || once != nil { continue }
            if isFinishing { return }
            if wanted != nil { await waitForNextTry() }
        }
    }

    private func write(_ record: AccessTokenRecord) async -> Bool {
        do throws(StoreError) {
            try await vault.save(record)
            if isFailing { logger.notice("access_tokens are saved again", metadata: ["appid": "\(appID)"]) }
            isFailing = false
            return true
        } catch {
            if !isFailing {
                logger.warning(
                    "an access_token was not saved; a restart would fetch another",
                    metadata: ["appid": "\(appID)", "error": "\(error)"]
                )
            }
            isFailing = true
            return false
        }
    }

    private func waitForNextTry() async {
        let pause = Completion<Void>(on: loop)
        let timer = Timer(on: loop) { pause.finish(()) }
        timer.start(afterMilliseconds: Self.retryMilliseconds)
        self.pause = pause
        _ = await pause.value()
        self.pause = nil
        timer.close()
    }
}
