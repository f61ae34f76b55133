import HTTP
import HTTPServer
import Synchronization
import UV

/// Parked replies that do what a test says, from any thread, and note what they are told.
final class ParkedScript: Sendable {
    /// What happened to replies, in order.
    enum Event: Equatable, Sendable {
        case started, deadlinePassed, draining, hungUp
    }

    private struct State {
        var events: [Event] = []
        /// Replies that exist.
        var alive = 0
    }

    private let state = Mutex(State())

    var events: [Event] { state.withLock { $0.events } }
    var alive: Int { state.withLock { $0.alive } }

    func count(_ event: Event) -> Int { events.count { $0 == event } }

    fileprivate func note(_ event: Event) { state.withLock { $0.events.append(event) } }
    fileprivate func born() { state.withLock { $0.alive += 1 } }
    fileprivate func gone() { state.withLock { $0.alive -= 1 } }
}

/// Does something at each event; the reactions run on the loop.
final class ScriptedReply: ParkedReply {
    typealias Reaction = (ParkedWriter) -> Void

    private let script: ParkedScript
    private(set) var writer: ParkedWriter?
    var onStart: Reaction = { _ in }
    var onDeadline: Reaction = { _ in }
    var onDrain: Reaction = { $0.send(.text("drained")) }

    init(_ script: ParkedScript, onStart: @escaping Reaction = { _ in }) {
        self.script = script
        self.onStart = onStart
        script.born()
    }

    deinit { script.gone() }

    func start(with writer: ParkedWriter) {
        self.writer = writer
        script.note(.started)
        onStart(writer)
    }

    func deadlinePassed() {
        script.note(.deadlinePassed)
        writer.map(onDeadline)
    }

    func draining() {
        script.note(.draining)
        writer.map(onDrain)
    }

    // Keeps its writer, so that only the connection can break the cycle.
    func hungUp() { script.note(.hungUp) }
}

/// The parked replies of one loop, to be answered from threads of clients.
final class ParkedRoom: Sendable {
    let script = ParkedScript()
    private let loop: EventLoop
    private let replies: LoopBound<Replies>

    private final class Replies {
        var all: [Weak] = []
    }

    private struct Weak {
        weak var reply: ScriptedReply?
    }

    /// On the loop.
    init(on loop: EventLoop) {
        self.loop = loop
        replies = LoopBound(Replies(), on: loop)
    }

    /// On the loop.
    func reply(onStart: @escaping ScriptedReply.Reaction = { _ in }) -> ScriptedReply {
        let reply = ScriptedReply(script, onStart: onStart)
        replies.value.all.append(Weak(reply: reply))
        return reply
    }

    /// Does something with the latest reply that still exists. Any thread.
    func tell(_ action: @escaping @Sendable (ParkedWriter) -> Void) {
        loop.execute { [replies] in
            if let writer = replies.value.all.last(where: { $0.reply != nil })?.reply?.writer { action(writer) }
        }
    }
}
