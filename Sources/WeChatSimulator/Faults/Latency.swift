import Glibc

/// How long the simulated WeChat takes to answer, as a distribution over milliseconds.
public enum Latency: Equatable, Sendable {
    /// The same for each request; 0 for none.
    case fixed(milliseconds: Double)
    /// Anything of the interval is as likely.
    case uniform(fromMilliseconds: Double, toMilliseconds: Double)
    /// The shape that network services really have, given by its median and its 99th percentile.
    case logNormal(p50Milliseconds: Double, p99Milliseconds: Double)

    /// No answer is delayed longer than this; whoever wants WeChat to be silent for good uses the fault `hang`.
    public static let millisecondsMax = 600_000.0

    /// No delay.
    public static let none = Latency.fixed(milliseconds: 0)

    /// Whether the figures make sense: not negative, in order, and not above the maximum.
    public var isValid: Bool {
        let limits = 0...Self.millisecondsMax
        return switch self {
        case .fixed(let delay): limits.contains(delay)
        case .uniform(let from, let to): limits.contains(from) && limits.contains(to) && from <= to
        case .logNormal(let p50, let p99): limits.contains(p50) && limits.contains(p99) && p50 > 0 && p50 <= p99
        }
    }

    /// One delay, in whole milliseconds.
    func sample(using generator: inout SeededGenerator) -> UInt64 {
        switch self {
        case .fixed(let delay):
            return UInt64(delay.rounded())
        case .uniform(let from, let to):
            return UInt64((from + (to - from) * generator.nextUnit()).rounded())
        case .logNormal(let p50, let p99):
            // 2.326 standard deviations above the mean lies the 99th percentile of a normal distribution.
            let sigma = log(p99 / p50) / 2.326_347_874
            // Box-Muller; 1 - u is never 0.
            let normal = (-2 * log(1 - generator.nextUnit())).squareRoot() * cos(2 * .pi * generator.nextUnit())
            return UInt64(min(p50 * exp(sigma * normal), Self.millisecondsMax).rounded())
        }
    }
}

extension Latency {
    /// What `init(_:)` reads, for messages.
    public static let notation = "such as 0, 50ms, 1.5s, 50ms+-20ms, 50-70ms or lognormal:70ms,500ms"

    /// Reads `0`, `50ms`, `1.5s`, `50ms±20ms`, `50ms+-20ms`, `50-70ms` or `lognormal:70ms,500ms`; nil for anything else.
    public init?(_ text: String) {
        let latency: Latency
        if text.hasPrefix("lognormal:") {
            let figures = text.dropFirst("lognormal:".count).split(separator: ",", omittingEmptySubsequences: false)
            guard figures.count == 2, let p50 = Self.milliseconds(figures[0]), let p99 = Self.milliseconds(figures[1])
            else { return nil }
            latency = .logNormal(p50Milliseconds: p50, p99Milliseconds: p99)
        } else if let (centre, jitter) = Self.halves(of: text, around: "±") ?? Self.halves(of: text, around: "+-") {
            guard let jitter = Self.milliseconds(jitter), let centre = Self.milliseconds(centre, unitOf: text)
            else { return nil }
            latency = .uniform(fromMilliseconds: centre - jitter, toMilliseconds: centre + jitter)
        } else if let (from, to) = Self.halves(of: text, around: "-") {
            guard let to = Self.milliseconds(to), let from = Self.milliseconds(from, unitOf: text) else { return nil }
            latency = .uniform(fromMilliseconds: from, toMilliseconds: to)
        } else {
            guard let delay = Self.milliseconds(text[...]) else { return nil }
            latency = .fixed(milliseconds: delay)
        }
        guard latency.isValid else { return nil }
        self = latency
    }

    private static func halves(of text: String, around separator: String) -> (Substring, Substring)? {
        let scalars = Array(separator)
        guard let first = text.firstIndex(of: scalars[0]) else { return nil }
        let rest = text[first...]
        guard rest.hasPrefix(separator) else { return nil }
        return (text[..<first], rest.dropFirst(scalars.count))
    }

    /// A figure that may leave its unit to the figure after it: the 50 of `50-70ms`.
    private static func milliseconds(_ figure: Substring, unitOf text: String) -> Double? {
        if let milliseconds = milliseconds(figure) { return milliseconds }
        return milliseconds(figure + (text.hasSuffix("ms") ? "ms" : "s"))
    }

    private static func milliseconds(_ figure: Substring) -> Double? {
        if figure == "0" { return 0 }
        if figure.hasSuffix("ms") { return number(figure.dropLast(2)) }
        if figure.hasSuffix("s") { return number(figure.dropLast()).map { $0 * 1000 } }
        return nil
    }

    private static func number(_ digits: Substring) -> Double? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return Double(digits)
    }
}
