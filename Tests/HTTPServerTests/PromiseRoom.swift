import HTTP
import HTTPServer
import Synchronization
import UV

/// The promised replies of one loop, which it keeps until a test answers or forgets them. Any thread.
final class PromiseRoom: Sendable {
    /// What happened to replies.
    enum Event: Equatable, Sendable {
        case started, hungUp
    }

    private struct State {
        var events: [Event] = []
        /// Replies that exist.
        var alive = 0
    }

    private final class Kept {
        var replies: [ScriptedPromise] = []
    }

    fileprivate let loop: EventLoop
    private let state = Mutex(State())
    private let kept: LoopBound<Kept>

    /// On the loop.
    init(on loop: EventLoop) {
        self.loop = loop
        kept = LoopBound(Kept(), on: loop)
    }

    var events: [Event] { state.withLock { $0.events } }
    var alive: Int { state.withLock { $0.alive } }
    func count(_ event: Event) -> Int { events.count { $0 == event } }

    /// Adds `/soon`, whose replies wait in the room unless they are answered at once.
    func add(to router: Router, atOnce: @escaping @Sendable (PromisedReply) -> Void = { _ in }) {
        for method in [Method.get, .head, .post] {
            router.onPromising(method, "/soon") { [self] request in
                let reply = ScriptedPromise(to: request, in: self)
                reply.onStart = atOnce
                return reply
            }
        }
    }

    /// Does something with the oldest reply in the room, which leaves it.
    func tell(_ action: @escaping @Sendable (PromisedReply) -> Void) {
        loop.execute { [kept] in
            if kept.value.replies.isEmpty { return }
            action(kept.value.replies.removeFirst())
        }
    }

    /// Has the oldest reply freed without an answer, on another thread.
    func forgetElsewhere() {
        loop.execute { self.handElsewhere() }
    }

    /// The same for the only one, which is gone when this returns: the loop has not heard of it. On the loop.
    func forgetElsewhereAndWait() -> Bool {
        handElsewhere()
        return eventually { alive == 0 }
    }

    private func handElsewhere() {
        let handed = Handed(kept.value.replies.removeFirst())
        Task.detached { handed.reply = nil }
    }

    /// What one thread puts here and another takes out, so that the first has no hold of it any more.
    private final class Handed: @unchecked Sendable {
        var reply: ScriptedPromise?

        init(_ reply: consuming ScriptedPromise) { self.reply = reply }
    }

    fileprivate func keep(_ reply: ScriptedPromise) { kept.value.replies.append(reply) }
    fileprivate func drop(_ reply: ScriptedPromise) { kept.value.replies.removeAll { $0 === reply } }
    fileprivate func note(_ event: Event) { state.withLock { $0.events.append(event) } }
    fileprivate func count(_ change: Int) { state.withLock { $0.alive += change } }
}

/// Keeps itself in a room.
private final class ScriptedPromise: PromisedReply {
    private let room: PromiseRoom
    var onStart: (PromisedReply) -> Void = { _ in }

    init(to request: Request, in room: PromiseRoom) {
        self.room = room
        super.init(to: request)
        room.count(1)
    }

    deinit { room.count(-1) }

    override func start() {
        room.note(.started)
        room.keep(self)
        onStart(self)
    }

    override func hungUp() {
        room.note(.hungUp)
        room.drop(self)
        // Said to nobody.
        send(.text("late"))
        fail(UVError(code: -1))
    }
}
