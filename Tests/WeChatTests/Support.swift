import Logging
import TestSupport
import Testing
import UV
import WeChat

/// What a call came to, and what the upstream saw of it.
struct CallRecord<Value: Sendable>: Sendable {
    var outcome: Result<Value, WeChatError>
    /// The first line of every request.
    var requests: [String]
    var heads: [String]
    var bodies: [String]

    var error: WeChatError? {
        if case .failure(let error) = outcome { error } else { nil }
    }
}

/// Makes one call of an upstream with this script.
func record<Value: Sendable>(
    _ script: [ScriptedUpstream.Act],
    firstBaseRefuses: Bool = false,
    observer: (any WeChatCallObserver)? = nil,
    _ call: @escaping @Sendable (WeChatClient, WeChatApp) async throws(WeChatError) -> Value
) async throws -> CallRecord<Value> {
    let app = WeChatApp(id: try #require(AppID("wx1")), secret: try #require(AppSecret(#"s"3\c/ret"#)))
    return try await withLoop { actor in
        let upstream = try ScriptedUpstream(on: actor.loop, script: script)
        let refusing = firstBaseRefuses ? [try ScriptedUpstream.refusingBase(on: actor.loop)] : []
        let client = try WeChatClient(
            on: actor.loop,
            configuration: WeChatClientConfiguration(bases: refusing + [upstream.base]),
            logger: Logger(label: "test"),
            observer: observer
        )
        let outcome: Result<Value, WeChatError>
        do throws(WeChatError) {
            outcome = .success(try await call(client, app))
        } catch {
            outcome = .failure(error)
        }
        client.close()
        upstream.close()
        return CallRecord(
            outcome: outcome,
            requests: upstream.requests,
            heads: upstream.heads,
            bodies: upstream.bodies
        )
    }
}
