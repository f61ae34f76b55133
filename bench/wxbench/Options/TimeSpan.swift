import ArgumentParser

/// A span of time as people write it: `500ms`, `10s`, `2m`, `250us`.
struct TimeSpan: Equatable, Sendable, ExpressibleByArgument, CustomStringConvertible {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(_ text: String) {
        let units: [(String, Double)] = [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)]
        guard text != "0" else {
            seconds = 0
            return
        }
        for (unit, factor) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
                let number = Double(digits)
            else { continue }
            // A day is longer than anybody watches a load test.
            guard number * factor <= 86_400 else { return nil }
            seconds = number * factor
            return
        }
        return nil
    }

    init?(argument: String) { self.init(argument) }

    var nanoseconds: UInt64 { MonotonicClock.nanoseconds(seconds) }
    var milliseconds: Double { seconds * 1000 }

    var description: String {
        switch seconds {
        case 0: "0"
        case ..<1e-3: "\(Figures.short(seconds * 1e6))us"
        case ..<1: "\(Figures.short(seconds * 1e3))ms"
        default: "\(Figures.short(seconds))s"
        }
    }

    var defaultValueDescription: String { description }
}
