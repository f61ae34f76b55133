internal import CCurl
internal import CShims
internal import UV

/// One libcurl multi handle, driven by the loop: sockets by poll handles, time by one timer. Loop-confined.
///
/// Source: libcurl, curl_multi_socket_action(3).
@safe final class MultiHandle {
    private let multi: UnsafeMutableRawPointer
    private let loop: EventLoop
    /// Gets each finished transfer, which is still part of the multi handle.
    var onDone: (EasyHandle, CURLcode) -> Void = { _, _ in }

    private var timer: Timer?
    private var isKickWanted = false
    private var isKickQueued = false
    private var isClosed = false

    /// The sockets of all connections.
    private(set) lazy var sockets = SocketTable(on: loop) { [unowned self] descriptor, bits in
        act(descriptor, bits)
    }

    /// Makes a handle without transfers; nil for lack of memory.
    init?(on loop: EventLoop) {
        guard CurlLibrary.isReady, let multi = unsafe curl_multi_init() else { return nil }
        unsafe self.multi = multi
        self.loop = loop
        timer = Timer(on: loop) { [unowned self] in act(CURL_SOCKET_TIMEOUT, 0) }
        require(unsafe shim_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING)), "no multiplexing")
        installCallbacks()
    }

    deinit {
        precondition(isClosed, "close() comes before the last reference goes")
    }

    /// Starts a transfer; libcurl does its first step in the loop's next drain.
    func add(_ easy: EasyHandle) {
        require(unsafe curl_multi_add_handle(multi, easy.handle), "a transfer")
    }

    /// Ends a transfer, finished or not; an unfinished one loses its connection.
    func remove(_ easy: EasyHandle) {
        require(unsafe curl_multi_remove_handle(multi, easy.handle), "the end of a transfer")
    }

    /// Bounds the open connections, used or not: when one falls free above the bound, the longest unused is closed.
    func setConnectionsMax(_ count: Int) {
        require(unsafe shim_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(count, 1)), "the connection limit")
    }

    /// Closes all connections and frees everything. All transfers were removed before.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        isKickWanted = false
        require(unsafe curl_multi_cleanup(multi), "its end")
        timer?.close()
        timer = nil
        precondition(sockets.isEmpty, "libcurl left a socket open")
    }

    // MARK: - Inside

    private func installCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let socketFunction: shim_socket_function = { easy, socket, what, context, _ in
            guard let context = unsafe context else { return -1 }
            let multi = unsafe Unmanaged<MultiHandle>.fromOpaque(context).takeUnretainedValue()
            unsafe multi.watch(socket, what: what, for: easy)
            return 0
        }
        let timerFunction: shim_timer_function = { _, milliseconds, context in
            guard let context = unsafe context else { return -1 }
            unsafe Unmanaged<MultiHandle>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
            return 0
        }
        require(unsafe shim_multi_set_socket_function(multi, socketFunction, context), "the socket callback")
        require(unsafe shim_multi_set_timer_function(multi, timerFunction, context), "the timer callback")
    }

    /// Does what libcurl's socket callback asks, `CURL_POLL_*`.
    private func watch(_ socket: Int32, what: Int32, for easy: UnsafeMutableRawPointer?) {
        if what == CURL_POLL_REMOVE {
            let owner = { unsafe easy.flatMap { unsafe EasyHandle.owner(of: $0) } }
            sockets.leave(socket, isEstablished: owner()?.transfer?.progress.isRequestSent == true)
            return
        }
        var events: PollHandle.Events = []
        if what & CURL_POLL_IN != 0 { events.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { events.insert(.writable) }
        sockets.watch(socket, for: events)
    }

    private func setTimer(_ milliseconds: Int) {
        guard let timer else { return }
        isKickWanted = milliseconds == 0
        if milliseconds > 0 {
            timer.start(afterMilliseconds: UInt64(milliseconds))
            return
        }
        timer.stop()
        // A 0 ms uv_timer that is armed again in its own callback would starve the poll.
        if isKickWanted && !isKickQueued {
            isKickQueued = true
            loop.inNextDrain { [self] in kick() }
        }
    }

    private func kick() {
        isKickQueued = false
        guard isKickWanted, !isClosed else { return }
        isKickWanted = false
        act(CURL_SOCKET_TIMEOUT, 0)
    }

    private func act(_ descriptor: Int32, _ bits: Int32) {
        var running: Int32 = 0
        require(unsafe curl_multi_socket_action(multi, descriptor, bits, &running), "an action")
        var result = CURLE_OK
        while let handle = unsafe shim_multi_next_done(multi, &result) {
            guard let easy = unsafe EasyHandle.owner(of: handle) else { continue }
            onDone(easy, result)
        }
    }
}
