import Glibc
import TestSupport
import Testing
import UV

// SIGWINCH and SIGURG: ignored by default, so the process survives when nobody listens.
@Suite(.serialized) struct SignalHandleTests {
    @Test func `each listener on a signal hears it, and only that signal`() async throws {
        try await withLoop { actor in
            let first = Completion<Void>(on: actor.loop)
            let second = Completion<Void>(on: actor.loop)
            var others = 0
            let handles = [
                try SignalHandle(on: actor.loop, signal: SIGWINCH) { first.finish(()) },
                try SignalHandle(on: actor.loop, signal: SIGWINCH) { second.finish(()) },
                try SignalHandle(on: actor.loop, signal: SIGURG) { others += 1 },
            ]
            kill(getpid(), SIGWINCH)
            await first.value()
            await second.value()
            #expect(others == 0)
            for handle in handles { handle.close() }
        }
    }

    @Test func `a signal is heard again and again, until the close`() async throws {
        try await withLoop { actor in
            var heard = 0
            var next: Completion<Void>?
            let handle = try SignalHandle(on: actor.loop, signal: SIGURG) {
                heard += 1
                next?.finish(())
            }
            for round in 1...3 {
                let arrival = Completion<Void>(on: actor.loop)
                next = arrival
                kill(getpid(), SIGURG)
                await arrival.value()
                #expect(heard == round)
            }
            handle.close()
            handle.close()
            let control = Completion<Void>(on: actor.loop)
            let other = try SignalHandle(on: actor.loop, signal: SIGURG) { control.finish(()) }
            kill(getpid(), SIGURG)
            await control.value()
            #expect(heard == 3)
            other.close()
        }
    }

    @Test(arguments: [SIGKILL, SIGSTOP, 0, -1, 1_000])
    func `a signal that cannot be caught is refused and leaks nothing`(
        signal: Int32
    ) async throws {
        try await withLoop { actor in
            let error = #expect(throws: UVError.self) { try SignalHandle(on: actor.loop, signal: signal) {} }
            #expect(error?.name == "EINVAL")
        }
    }
}
