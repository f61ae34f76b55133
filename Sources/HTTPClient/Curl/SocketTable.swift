internal import CCurl
internal import Glibc
internal import UV

/// All sockets of one multi handle. Loop-confined; lives at least as long as the multi handle.
///
/// libuv must hear of a closed descriptor before the loop polls again: it ends the process when it cannot change the
/// registration of one that is gone, and the number may mean another socket at once. libcurl closes the sockets of
/// established connections through ``close(_:)``, and the others (attempts to connect that failed or lost the race of
/// addresses, and the pair by which a resolver thread reports) by itself; of those it says only ``leave(_:isEstablished:)``,
/// in the same call, unless the next attempt to connect gets the same number (libcurl 7.88, lib/cf-socket.c,
/// cf_socket_close).
final class SocketTable {
    private struct Socket {
        let watch: SocketWatch
        /// Whether libcurl closes it through ``close(_:)`` only.
        var isEstablished = false
    }

    private let loop: EventLoop
    /// Runs libcurl for a socket that is ready, with the bits of `CURL_CSELECT_*`.
    private let onReady: (Int32, Int32) -> Void
    private var sockets: [Int32: Socket] = [:]
    /// The inode of each socket that was opened for a connection, to tell it from another of the same number.
    private var inodes: [Int32: ino_t] = [:]

    init(on loop: EventLoop, onReady: @escaping (Int32, Int32) -> Void) {
        self.loop = loop
        self.onReady = onReady
    }

    /// Whether nothing is watched any more.
    var isEmpty: Bool { sockets.isEmpty }

    /// Makes the socket of a new connection; a negative number when that fails.
    func open(family: Int32, type: Int32, protocol number: Int32) -> Int32 {
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type | flags, number)
        guard descriptor >= 0 else { return descriptor }
        inodes[descriptor] = Self.inode(of: descriptor)
        // An attempt to connect was closed silently and had the same number. libcurl does not ask for the watch again,
        // since it sees no difference.
        if let stale = sockets.removeValue(forKey: descriptor)?.watch {
            let wanted = stale.wanted
            stale.close()
            watch(descriptor, for: wanted)
        }
        return descriptor
    }

    /// Closes the socket of a connection, its watch first.
    func close(_ descriptor: Int32) -> Int32 {
        forget(descriptor)
        inodes[descriptor] = nil
        return Glibc.close(descriptor)
    }

    /// Watches a socket for what libcurl wants from now on.
    func watch(_ descriptor: Int32, for events: PollHandle.Events) {
        if let watch = sockets[descriptor]?.watch {
            watch.want(events)
            return
        }
        let onReady = onReady
        // Fails only for lack of memory; the transfer then ends at its time limit.
        if let watch = try? SocketWatch(on: loop, descriptor: descriptor, onReady: { onReady(descriptor, $0) }) {
            sockets[descriptor] = Socket(watch: watch)
            watch.want(events)
        }
    }

    /// libcurl has no transfer on the socket any more, and may have closed it.
    ///
    /// - Parameter isEstablished: whether the transfer had come as far as its request.
    func leave(_ descriptor: Int32, isEstablished: @autoclosure () -> Bool) {
        guard let socket = sockets[descriptor] else { return }
        // Looked at once a connection, not once a transfer.
        if !socket.isEstablished {
            guard let inode = inodes[descriptor], inode == Self.inode(of: descriptor), isEstablished() else {
                forget(descriptor)
                return
            }
            sockets[descriptor]?.isEstablished = true
        }
        socket.watch.rest()
    }

    private func forget(_ descriptor: Int32) {
        sockets.removeValue(forKey: descriptor)?.watch.close()
    }

    /// The inode behind a descriptor; nil when it is closed.
    private static func inode(of descriptor: Int32) -> ino_t? {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? status.st_ino : nil
    }
}
