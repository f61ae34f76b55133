/// How many requests a second are meant to start, over time: straight lines between points.
///
/// A ramp, a constant rate and a day's curve are all of this kind, and the moment of the n-th arrival is found exactly.
struct RateProfile: Equatable, Sendable {
    struct Point: Equatable, Sendable {
        /// Seconds since the start.
        var time: Double
        /// Requests a second.
        var rate: Double
    }

    /// In the order of time, from 0 on.
    let points: [Point]

    init(points: [Point]) {
        precondition(points.count >= 2, "a profile has a beginning and an end")
        self.points = points
    }

    /// Grows from nothing for `ramp` seconds, then stays.
    static func constant(_ rate: Double, ramp: Double, duration: Double) -> RateProfile {
        guard ramp > 0 else {
            return RateProfile(points: [Point(time: 0, rate: rate), Point(time: duration, rate: rate)])
        }
        let end = max(ramp, duration)
        return RateProfile(points: [
            Point(time: 0, rate: 0), Point(time: ramp, rate: rate), Point(time: end, rate: rate),
        ])
    }

    /// The share of the day's busiest hour that each hour has, from midnight on: few at night, peaks at noon and in the
    /// evening, as services for consumers see it.
    static let day: [Double] = [
        0.25, 0.15, 0.10, 0.07, 0.07, 0.10, 0.20, 0.40, 0.55, 0.65, 0.70, 0.80,
        0.95, 0.85, 0.70, 0.65, 0.65, 0.70, 0.80, 0.90, 1.00, 0.95, 0.75, 0.45,
    ]

    /// A day within `duration` seconds after `lead` seconds at the rate of its midnight; `peak` is the busiest hour's.
    static func day(peak: Double, lead: Double, duration: Double) -> RateProfile {
        let hours = day + day.prefix(1)
        var points = lead > 0 ? [Point(time: 0, rate: peak * hours[0])] : []
        for (hour, share) in hours.enumerated() {
            points.append(Point(time: lead + duration * Double(hour) / Double(day.count), rate: peak * share))
        }
        return RateProfile(points: points)
    }

    /// The moment at which so many arrivals are due; nil when the profile ends before.
    func time(ofArrivals count: Double) -> Double? {
        var left = count
        for (from, to) in zip(points, points.dropFirst()) {
            let span = to.time - from.time
            let area = (from.rate + to.rate) / 2 * span
            if left > area {
                left -= area
                continue
            }
            guard span > 0 else { return from.time }
            let slope = (to.rate - from.rate) / span
            // left = rate·t + slope·t²/2, in the form that is also right for a slope of 0.
            let root = (from.rate * from.rate + 2 * slope * left).squareRoot()
            let denominator = from.rate + root
            return denominator > 0 ? min(to.time, from.time + 2 * left / denominator) : from.time
        }
        return nil
    }
}
