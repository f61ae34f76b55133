internal import Synchronization

/// How many polls are parked, together and of one address; shared by all loops. Any thread.
final class QRPollLimits: Sendable {
    private let pollsPerClient: Int
    private let parked = Atomic<Int>(0)
    private let clients = Mutex<[AddressKey: Int]>([:])

    /// - Parameter pollsPerAddress: 0: no limit.
    init(pollsPerAddress: Int) {
        pollsPerClient = pollsPerAddress
    }

    /// Polls parked now, on all loops.
    var count: Int { parked.load(ordering: .relaxed) }

    /// Addresses with a parked poll; none while there is no limit. For tests.
    var clientCount: Int { clients.withLock { $0.count } }

    /// Whom a poll of this address counts for; nil when there is no limit.
    func client(_ address: AddressKey) -> AddressKey? {
        pollsPerClient == 0 ? nil : address
    }

    /// Takes a place; false when the client has all of his. Each success is paired with one ``leave(_:)``.
    func enter(_ client: AddressKey?) -> Bool {
        if let client {
            let isFree = clients.withLock { clients in
                let count = clients[client] ?? 0
                guard count < pollsPerClient else { return false }
                clients[client] = count + 1
                return true
            }
            guard isFree else { return false }
        }
        parked.add(1, ordering: .relaxed)
        return true
    }

    /// Gives a place back.
    func leave(_ client: AddressKey?) {
        parked.subtract(1, ordering: .relaxed)
        guard let client else { return }
        clients.withLock { clients in
            guard let count = clients[client] else { return }
            clients[client] = count > 1 ? count - 1 : nil
        }
    }
}
