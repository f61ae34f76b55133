internal import CCurl
internal import Glibc
internal import UV

/// All sockets of one multi handle. Loop-confined; lives at least as long as the multi handle.
final class SocketTable {
    private let loop: EventLoop
    /// Runs libcurl for a socket that is ready, with the bits of `CURL_CSELECT_*`.
    private let onReady: (Int32, Int32) -> Void
    private var watches: [Int32: SocketWatch] = [:]
    /// Sockets of connections, which libcurl closes through ``close(_:)``. Others, such as the pair by which a resolver
    /// thread reports, it closes itself right after it has asked to forget them.
    private var connections: Set<Int32> = []

    init(on loop: EventLoop, onReady: @escaping (Int32, Int32) -> Void) {
        self.loop = loop
        self.onReady = onReady
    }

    /// Whether everything was closed.
    var isEmpty: Bool { watches.isEmpty && connections.isEmpty }

    /// Makes the socket of a new connection; a negative number when that fails.
    func open(family: Int32, type: Int32, protocol number: Int32) -> Int32 {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type | flags, number)
        if descriptor >= 0 { connections.insert(descriptor) }
        return descriptor
    }

    /// Closes the socket of a connection. The watch goes first: the number may mean another socket at once.
    func close(_ descriptor: Int32) -> Int32 {
        forget(descriptor)
        connections.remove(descriptor)
        return Glibc.close(descriptor)
    }

    /// Does what libcurl's socket callback asks, `CURL_POLL_*`.
    func watch(_ descriptor: Int32, what: Int32) {
        if what == CURL_POLL_REMOVE {
            if connections.contains(descriptor) {
                watches[descriptor]?.rest()
            } else {
                forget(descriptor)
            }
            return
        }
        var events: PollHandle.Events = []
        if what & CURL_POLL_IN != 0 { events.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { events.insert(.writable) }
        if let watch = watches[descriptor] {
            watch.want(events)
            return
        }
        let onReady = onReady
        // Fails only for lack of descriptors or memory; the transfer then ends at its time limit.
        if let watch = try? SocketWatch(on: loop, descriptor: descriptor, onReady: { onReady(descriptor, $0) }) {
            watches[descriptor] = watch
            watch.want(events)
        }
    }

    private func forget(_ descriptor: Int32) {
        watches.removeValue(forKey: descriptor)?.close()
    }
}
