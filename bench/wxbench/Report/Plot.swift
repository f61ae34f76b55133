/// Curves over two axes, as inline SVG. Colours come from the page's style, so that light and dark both work.
struct Plot: Sendable {
    /// One line of the plot.
    struct Curve: Sendable {
        var name: String
        /// Of the page's palette, from 0 on.
        var color: Int
        var isDashed = false
        /// Nil where there is nothing: the line is broken there.
        var points: [(x: Double, y: Double?)]
    }

    /// A stretch of the horizontal axis with a name, such as a phase.
    struct Band: Sendable {
        var name: String
        var from: Double
        var to: Double
        var isShaded: Bool
    }

    var title: String
    var xLabel: String
    var yLabel: String
    var x: AxisScale
    var y: AxisScale
    var curves: [Curve]
    var bands: [Band] = []
    /// What stands beside the lines of the vertical axis; nil: the numbers.
    var yText: (@Sendable (Double) -> String)?

    private static let width = 860.0
    private static let height = 320.0
    private static let left = 72.0
    private static let right = 16.0
    private static let top = 16.0
    private static let bottom = 46.0

    /// The figure with its title and legend.
    var html: String {
        """
        <figure>
        <figcaption>\(Markup.escape(title))</figcaption>
        \(legend)<svg viewBox="0 0 \(text(Self.width)) \(text(Self.height))" role="img" \
        aria-label="\(Markup.escape(title))">
        \(bandShapes)\(grid)\(lines)</svg>
        </figure>

        """
    }

    /// The place of a point in the picture.
    func place(_ pointX: Double, _ pointY: Double) -> (x: Double, y: Double) {
        (
            Self.left + x.position(pointX) * (Self.width - Self.left - Self.right),
            Self.height - Self.bottom - y.position(pointY) * (Self.height - Self.top - Self.bottom)
        )
    }

    private var legend: String {
        let items = curves.map { curve in
            let dash = curve.isDashed ? " stroke-dasharray=\"5 3\"" : ""
            return
                "<span><svg viewBox=\"0 0 22 8\" class=\"key\"><path d=\"M0 4H22\" class=\"c\(curve.color)\"\(dash)/></svg>"
                + "\(Markup.escape(curve.name))</span>"
        }
        return curves.count > 1 ? "<p class=\"legend\">\(items.joined())</p>\n" : ""
    }

    private var grid: String {
        var svg = ""
        let (leftEdge, bottomEdge) = (Self.left, Self.height - Self.bottom)
        for (value, label) in y.ticks {
            let at = text(place(x.low, value).y)
            svg += "<path class=\"grid\" d=\"M\(text(leftEdge)) \(at)H\(text(Self.width - Self.right))\"/>"
            svg +=
                "<text x=\"\(text(leftEdge - 8))\" y=\"\(at)\" class=\"y\">\(Markup.escape(yText?(value) ?? label))</text>\n"
        }
        for (value, label) in x.ticks {
            let at = text(place(value, y.low).x)
            svg += "<path class=\"grid\" d=\"M\(at) \(text(Self.top))V\(text(bottomEdge))\"/>"
            svg += "<text x=\"\(at)\" y=\"\(text(bottomEdge + 16))\" class=\"x\">\(Markup.escape(label))</text>\n"
        }
        let middle = text((Self.top + bottomEdge) / 2)
        svg +=
            "<text x=\"\(text((leftEdge + Self.width - Self.right) / 2))\" y=\"\(text(Self.height - 6))\" class=\"x name\">"
        svg += "\(Markup.escape(xLabel))</text>\n"
        svg += "<text x=\"14\" y=\"\(middle)\" class=\"x name\" transform=\"rotate(-90 14 \(middle))\">"
        return svg + "\(Markup.escape(yLabel))</text>\n"
    }

    private var bandShapes: String {
        bands.map { band in
            let (from, to) = (place(band.from, y.low).x, place(band.to, y.low).x)
            let shape =
                "<rect x=\"\(text(from))\" y=\"\(text(Self.top))\" width=\"\(text(max(0, to - from)))\" "
                + "height=\"\(text(Self.height - Self.top - Self.bottom))\" class=\"band\"/>"
            // A name that would run over its band's end says more than it shows.
            let fits = to - from > Double(band.name.count) * 7 + 8
            let name =
                "<text x=\"\(text(from + 5))\" y=\"\(text(Self.top + 13))\" class=\"phase\">\(Markup.escape(band.name))</text>"
            return (band.isShaded ? shape : "") + (fits ? name : "") + "\n"
        }.joined()
    }

    private var lines: String {
        curves.map { curve in
            var path = ""
            var isDown = false
            for point in curve.points {
                guard let value = point.y else {
                    isDown = false
                    continue
                }
                let at = place(point.x, value)
                path += "\(isDown ? "L" : "M")\(text(at.x)) \(text(at.y))"
                isDown = true
            }
            let dash = curve.isDashed ? " stroke-dasharray=\"5 3\"" : ""
            return path.isEmpty ? "" : "<path class=\"c\(curve.color)\"\(dash) d=\"\(path)\"/>\n"
        }.joined()
    }

    private func text(_ coordinate: Double) -> String { Figures.short(coordinate, digits: 1) }
}
