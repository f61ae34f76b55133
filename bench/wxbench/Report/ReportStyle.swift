/// The style of a report: no scripts, nothing from elsewhere, light and dark.
enum ReportStyle {
    static let css = """
        :root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --line: #dfe3e8; --paper: #fff;
          --band: #f3f5f8; --c0: #1467c8; --c1: #d1440c; --c2: #14813f; --c3: #8a3ab9; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b3; --line: #323a45;
          --paper: #14181e; --band: #1c222a; --c0: #6cb0ff; --c1: #ff9a68; --c2: #63d68f; --c3: #d4a1f7; --bad: #ff8a80; } }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
          max-width: 900px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        p { margin: .4rem 0; } .soft { color: var(--soft); } .bad { color: var(--bad); font-weight: 600; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
        th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child { text-align: left; }
        figure { margin: 1.5rem 0; } figcaption { font-weight: 600; }
        svg { width: 100%; height: auto; display: block; } svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
        svg .x { text-anchor: middle; } svg .y { text-anchor: end; dominant-baseline: middle; }
        svg .name { fill: var(--ink); } svg .phase { fill: var(--soft); } svg path { fill: none; }
        svg .grid { stroke: var(--line); } svg .band { fill: var(--band); }
        .c0, .c1, .c2, .c3 { stroke-width: 2; stroke-linejoin: round; } .c0 { stroke: var(--c0); }
        .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
        .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; color: var(--soft); font-size: 13px; }
        .legend span { display: flex; align-items: center; gap: .4rem; } svg.key { width: 22px; flex: none; }
        """
}
