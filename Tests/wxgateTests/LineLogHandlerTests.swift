import Logging
import Testing

@testable import wxgate

@Suite struct LineLogHandlerTests {
    private struct Failure: Error, CustomStringConvertible {
        let description = "no luck"
    }

    /// What a logger with a JSON handler writes while `body` uses it.
    private func written(
        level: Logger.Level = .info,
        provider: Logger.MetadataProvider? = nil,
        _ body: (inout Logger) -> Void
    ) throws -> [String] {
        let pipe = try LogPipe()
        let sink = LogSink(descriptor: pipe.writeEnd, format: .json)
        let noon = LogTimestamp(millisecondsSinceEpoch: 1_782_907_200_123)
        var logger = Logger(label: "wxgate") { label in
            var handler = LineLogHandler(label: label, level: level, format: .json, sink: sink, now: { noon })
            handler.metadataProvider = provider
            return handler
        }
        body(&logger)
        #expect(sink.flush())
        pipe.closeWriteEnd()
        let prefix = #"{"time":"2026-07-01T12:00:00.123Z","level":"#
        return pipe.readLines().map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
    }

    @Test func `an event becomes a line`() throws {
        let lines = try written { $0.notice("started", metadata: ["port": "80"]) }
        #expect(lines == [#""notice","logger":"wxgate","message":"started","port":"80"}"#])
    }

    @Test func `events below the level are not written`() throws {
        let lines = try written(level: .warning) { logger in
            logger.notice("quiet")
            logger.warning("loud")
            logger.logLevel = .trace
            logger.trace("whisper")
        }
        #expect(lines.count == 2)
    }

    @Test func `the most specific metadata counts`() throws {
        let provider = Logger.MetadataProvider { ["a": "provider", "b": "provider", "c": "provider"] }
        let lines = try written(provider: provider) { logger in
            logger[metadataKey: "a"] = "logger"
            logger[metadataKey: "d"] = "logger"
            logger.info("m", metadata: ["b": "event"])
        }
        #expect(
            lines == [
                #""info","logger":"wxgate","message":"m","a":"provider","b":"event","c":"provider","d":"logger"}"#
            ]
        )
    }

    @Test func `an error is a member`() throws {
        let lines = try written { $0.error("m", error: Failure()) }
        #expect(lines == [#""error","logger":"wxgate","message":"m","error":"no luck"}"#])
    }
}
