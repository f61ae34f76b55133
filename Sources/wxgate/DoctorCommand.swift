import Doctor
import FoundationEssentials
import Glibc
import HTTPClient
import UV
import WeChat

import enum Gateway.AccessTokenMode

/// `wxgate --doctor`: gives the doctor a loop, a clock and somewhere to write. Opens neither data directory nor listener.
enum DoctorCommand {
    /// - Returns: whether nothing has failed.
    /// - Throws: `UVError` or `ClientError` when this host has no means for a loop or a connection.
    static func run(_ settings: Settings) throws -> Bool {
        let thread = try EventLoopThread(name: "doctor")
        defer { _ = thread.stopAndJoin() }
        let configuration = DoctorConfiguration(settings)
        let isHealthy = Verdict()
        try MainThread.wait {
            // Prefers the loop, as every task that calls out.
            let task = Task(executorPreference: thread.loop) {
                try await thread.actor.run { actor in
                    let doctor = Doctor(
                        configuration,
                        on: actor.loop,
                        unixSeconds: { Int64(Date().timeIntervalSince1970) },
                        report: { write("\($0)\n") }
                    )
                    return try await doctor.examine()
                }
            }
            isHealthy.value = try await task.value
        }
        return isHealthy.value
    }

    /// At once and whole, so that whoever watches sees each check when it is made; a reader that went away is its own loss.
    private static func write(_ line: String) {
        let bytes = Array(line.utf8)
        unsafe bytes.withUnsafeBytes { buffer in
            var rest = unsafe buffer[...]
            while unsafe !rest.isEmpty {
                let count = unsafe Glibc.write(
                    STDOUT_FILENO,
                    UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                    rest.count
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                unsafe rest = rest.dropFirst(count)
            }
        }
    }

    /// Written by the task, read when it has ended.
    private final class Verdict: @unchecked Sendable {
        var value = false
    }
}

extension DoctorConfiguration {
    /// What the settings say, in the terms of the doctor.
    init(_ settings: Settings) {
        self.init(
            bases: settings.upstreamBases.map { "\($0)" },
            apps: settings.apps.compactMap { app in
                guard let id = AppID(app.appID), let secret = AppSecret(app.secret.exposed) else { return nil }
                return App(weChat: WeChatApp(id: id, secret: secret), qrPage: app.qrPage ?? settings.web.page)
            }
        )
        tokenMode = settings.accessTokenMode == .legacy ? .legacy : .stable
        qrEnvironment = settings.web.environment
        caFile = settings.upstreamCAFile
        timeoutMilliseconds = UInt64(settings.upstreamTimeoutMilliseconds)
    }
}
