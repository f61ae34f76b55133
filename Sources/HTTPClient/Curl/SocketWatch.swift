internal import CCurl
internal import Glibc
internal import UV

/// The watch over one socket of libcurl. Loop-confined.
///
/// libcurl asks to forget a socket after each transfer and to watch it again for the next. As long as the connection is
/// kept, this watch stays armed instead, which saves two `epoll_ctl` calls a transfer, and sees a server that closes or
/// speaks out of turn at once.
final class SocketWatch {
    private let descriptor: Int32
    private var poll: PollHandle?
    /// What libcurl wants to know; empty while the connection is kept unused.
    private(set) var wanted: PollHandle.Events = []
    /// What libuv watches.
    private var armed: PollHandle.Events = []

    /// Starts a watch that watches nothing yet.
    ///
    /// - Parameter onReady: gets the bits of `CURL_CSELECT_*`; 0 when libcurl should look for itself.
    init(on loop: EventLoop, descriptor: Int32, onReady: @escaping (Int32) -> Void) throws(UVError) {
        self.descriptor = descriptor
        self.poll = try PollHandle(on: loop, descriptor: descriptor) { [unowned self] events, error in
            handle(events, error, onReady)
        }
    }

    /// Watches for what libcurl wants from now on.
    func want(_ events: PollHandle.Events) {
        wanted = events
        rearm()
    }

    /// libcurl has no transfer on the socket now.
    func rest() {
        wanted = []
        // Kept connections are always writable, so only readable may stay armed.
        if armed.contains(.writable) { rearm() }
    }

    /// Ends the watch; the descriptor may be closed afterwards.
    func close() {
        poll?.close()
        poll = nil
    }

    private func handle(_ events: PollHandle.Events, _ error: UVError?, _ onReady: (Int32) -> Void) {
        // libuv stops a handle before it reports an error.
        if error != nil { armed = [] }
        if wanted.isEmpty {
            retire()
            return
        }
        var bits: Int32 = 0
        if error == nil {
            if events.contains(.readable) { bits |= CURL_CSELECT_IN }
            if events.contains(.writable) { bits |= CURL_CSELECT_OUT }
        }
        // With an error the bits stay 0: told of an error, libcurl would not read the reply that came before it.
        onReady(bits)
        if error != nil { rearm() }
    }

    /// Makes sure that libcurl never uses a kept connection again that has become readable: closed by the server, or
    /// carrying bytes that nobody asked for, which would be taken for the next reply.
    ///
    /// libcurl 7.88 tests a kept connection by peeking a byte, and takes one with a TLS close_notify or with such bytes
    /// for alive. Nothing left to read and end of file is what it recognises as dead.
    private func retire() {
        armed = []
        poll?.stop()
        shutdown(descriptor, Int32(SHUT_RDWR))
        unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { scratch in
            // Bounded: a peer that sends faster than this reads was told to stop by the shutdown.
            for _ in 0..<16 {
                if unsafe recv(descriptor, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT)) <= 0 { break }
            }
        }
    }

    private func rearm() {
        let target = wanted.isEmpty ? PollHandle.Events.readable : wanted
        guard let poll, target != armed else { return }
        do {
            try poll.start(target)
            armed = target
        } catch {
            // Only a closed handle or a bad descriptor can fail here. The transfer then ends at its time limit.
            armed = []
        }
    }
}
