/// A report as one file of HTML, of one run or of two.
enum HTMLReport {
    static func text(of result: RunResult) -> String {
        page(title: "wxbench \(result.scenario)", body: summary(result) + ResultPlots([result]).html + details(result))
    }

    static func text(comparing comparison: Comparison) -> String {
        let title = "wxbench \(comparison.a.scenario): A and B"
        var body = "<h1>\(Markup.escape(title))</h1>\n"
        for (name, result) in [("A", comparison.a), ("B", comparison.b)] {
            body += "<p class=\"soft\">\(name): \(Markup.escape(origin(result)))</p>\n"
        }
        for difference in comparison.differences {
            body += "<p class=\"bad\">not comparable: \(Markup.escape(difference))</p>\n"
        }
        body += Markup.table(comparison.rows)
        return page(title: title, body: body + ResultPlots([comparison.a, comparison.b]).html)
    }

    private static func page(title: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Markup.escape(title))</title>
        <style>
        \(ReportStyle.css)
        </style>
        </head>
        <body>
        \(body)</body>
        </html>

        """
    }

    private static func origin(_ result: RunResult) -> String {
        "\(result.options["url"] ?? "?"), \(result.startedAt), \(result.host.name), \(result.host.cpus) processors, "
            + "Linux \(result.host.kernel)\(result.interrupted ? ", ended early" : "")"
    }

    private static func summary(_ result: RunResult) -> String {
        var html =
            "<h1>wxbench \(Markup.escape(result.scenario))</h1>\n<p class=\"soft\">\(Markup.escape(origin(result)))</p>\n"
        for limit in result.limits {
            let text = "limit \(limit.name) \(limit.bound): \(limit.kept ? "kept" : "missed"), \(limit.actual)"
            html += "<p\(limit.kept ? "" : " class=\"bad\"")>\(Markup.escape(text))</p>\n"
        }
        html += Markup.table(ResultTable.rows(result))
        if let peer = result.peer {
            html += "<h2>CPU time beside \(Markup.escape(peer.url))</h2>\n" + Markup.table(peer.rows)
        }
        for line in ResultTable.facts(result) { html += "<p>\(Markup.escape(line))</p>\n" }
        return html
    }

    private static func details(_ result: RunResult) -> String {
        let options = result.options.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
        return "<h2>Options</h2>\n" + Markup.table([["option", "value"]] + options)
            + "<p class=\"soft\">Latency counts from the moment at which a request was meant to start to the last byte of "
            + "its reply; refusals and broken connections count as errors and have none.</p>\n"
    }
}
