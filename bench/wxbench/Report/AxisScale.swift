import Glibc

/// Where values lie on an axis, and where its ticks are.
struct AxisScale: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// Even.
        case linear
        /// By powers of ten.
        case logarithmic
        /// Percentiles: each further nine has as much room as the one before.
        case percentile
    }

    let kind: Kind
    let low: Double
    let high: Double

    /// From 0 to at least this value, ending at a round number.
    static func linear(upTo value: Double) -> AxisScale {
        let step = roundStep(value > 0 ? value / 5 : 0.2)
        return AxisScale(kind: .linear, low: 0, high: (max(value, step) / step).rounded(.up) * step)
    }

    /// Whole powers of ten around these values.
    static func logarithmic(from low: Double, to high: Double) -> AxisScale {
        let floor = max(low, 1e-6)
        let bottom = log10(floor).rounded(.down)
        let top = max(log10(max(high, floor)).rounded(.up), bottom + 1)
        return AxisScale(kind: .logarithmic, low: pow(10, bottom), high: pow(10, top))
    }

    /// From 0 to the percentile behind which at least one request lies.
    static func percentile(upTo percentile: Double) -> AxisScale {
        AxisScale(kind: .percentile, low: 0, high: min(99.9999, max(99, percentile)))
    }

    /// 0 at the low end, 1 at the high one; what lies beyond is put at the end.
    func position(_ value: Double) -> Double {
        let place =
            switch kind {
            case .linear: (value - low) / (high - low)
            case .logarithmic: log10(max(value, low) / low) / log10(high / low)
            case .percentile: Self.nines(min(value, high)) / Self.nines(high)
            }
        return min(1, max(0, place))
    }

    /// The values at which there is a line, with what stands beside it.
    var ticks: [(value: Double, label: String)] {
        switch kind {
        case .linear:
            let step = Self.roundStep((high - low) / 5)
            // As far as whole steps go; a hair's breadth is for rounding.
            return (0...Int((high - low) / step + 1e-6)).map {
                let value = low + Double($0) * step
                return (value, Figures.short(value, digits: 6))
            }
        case .logarithmic:
            let decades = Int(log10(high / low).rounded())
            return (0...decades).map {
                let value = low * pow(10, Double($0))
                return (value, Figures.short(value, digits: 6))
            }
        case .percentile:
            return [0, 50, 90, 99, 99.9, 99.99, 99.999].filter { $0 <= high }.map {
                ($0, "\(Figures.short($0, digits: 3))%")
            }
        }
    }

    /// How many nines a percentile has: 1 for 90, 2 for 99.
    private static func nines(_ percentile: Double) -> Double { -log10(1 - min(percentile, 99.99999) / 100) }

    /// 1, 2 or 5 times a power of ten, at least this.
    static func roundStep(_ value: Double) -> Double {
        let power = pow(10, log10(max(value, 1e-12)).rounded(.down))
        // What is a hair above a round number, by rounding, is that number.
        for factor in [1.0, 2, 5, 10] where value <= power * factor * (1 + 1e-9) { return power * factor }
        return power * 10
    }
}
