import Glibc
import HTTPClient
import TestSupport
import UV

/// A server whose connections do at random what they must not, and the account of what it got.
///
/// What happens to a request depends only on the seed and the request's number, so a failure can be repeated.
final class FaultSoakServer: Sendable {
    /// What becomes of a request that has arrived.
    enum Fate: CaseIterable {
        case answer, answerInPieces, answerInChunks, answerAndClose, answerTwice, answerAndHangUp
        case silence, reset, end, halfHead, halfBody, garbage, tooMuch, resetWithinBody
    }

    let server: ScriptedServer
    /// How often each request has arrived, by its number.
    private let arrivals: Locked<[UInt8]>

    init(_ certificate: ScriptedTLS.Certificate?, seed: UInt64) throws {
        let arrivals = Locked<[UInt8]>([])
        self.arrivals = arrivals
        server = try ScriptedServer(certificate) { connection in
            // Some connections end before anything is read.
            var random = SeededGenerator(seed: seed &+ UInt64(connection.index) &* 7919)
            if Int.random(in: 0..<40, using: &random) == 0 { return connection.reset() }
            while let request = connection.readRequest(), let number = Self.number(in: request) {
                arrivals.withLock { counts in
                    if counts.count <= number { counts += Array(repeating: 0, count: number + 1024 - counts.count) }
                    counts[number] &+= 1
                }
                var random = SeededGenerator(seed: seed &+ UInt64(number))
                // Half of the requests go well, so that connections live long enough to be used again.
                let fate =
                    Bool.random(using: &random) ? .answer : Fate.allCases.randomElement(using: &random) ?? .answer
                guard Self.happen(fate, to: "\(number)", on: connection) else { return }
            }
        }
    }

    /// How often the request has arrived.
    func arrivals(of number: Int) -> UInt8 {
        arrivals.withLock { $0.indices.contains(number) ? $0[number] : 0 }
    }

    /// The largest number of arrivals of any request.
    var arrivalsMax: UInt8 { arrivals.withLock { $0.max() ?? 0 } }

    /// Does it; false when the connection is of no more use.
    private static func happen(_ fate: Fate, to text: String, on connection: ScriptedConnection) -> Bool {
        let head = "HTTP/1.1 200 OK\r\n"
        switch fate {
        case .answer: return connection.send(Array(String.reply(text).utf8))
        case .answerInPieces:
            for byte in String.reply(text).utf8 where !connection.send([byte]) { return false }
            return true
        case .answerInChunks:
            let chunks = text.map { "1\r\n\($0)\r\n" }.joined()
            return connection.send(Array((head + "Transfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n").utf8))
        case .answerAndClose: connection.send(head + "Connection: close\r\n\r\n\(text)")
        case .answerTwice:
            connection.send(.reply(text) + .reply("planted"))
            connection.waitForEnd()
        case .answerAndHangUp:
            connection.send(.reply(text))
            connection.close()
        case .silence: connection.waitForEnd()
        case .reset: connection.reset()
        case .end: break
        case .halfHead: connection.send(head + "Conte")
        case .halfBody: connection.send(head + "Content-Length: 100\r\n\r\n\(text)")
        case .resetWithinBody:
            connection.send(head + "Content-Length: 100\r\n\r\n\(text)")
            connection.reset()
        case .garbage: connection.send("\u{1}\u{2}garbage\r\n\r\n")
        case .tooMuch: connection.send(head + "Content-Length: 100000\r\n\r\n")
        }
        return false
    }

    private static func number(in request: String) -> Int? {
        // GET /NUMBER HTTP/1.1
        let parts = request.prefix(40).split(separator: " ")
        return parts.count > 1 ? Int(parts[1].dropFirst()) : nil
    }
}
