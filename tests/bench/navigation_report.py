"""navigation_report.py - writes the results of navigation.py as sentences and as one HTML page.

SPDX-License-Identifier: LGPL-2.1-or-later

Everything is computed from the rows: there is no word here of what they ought to say.
"""
import html

import navigation_charts as charts

MEASURES = (
    ('response_start_ms', 'Click to response start'),
    ('fcp_ms', 'Click to first contentful paint'),
    ('load_ms', 'Click to load'),
)
PARTIES = (
    ('aggregator.test', 'aggregator'),
    ('publisher-three.test', 'publisher'),
    ('certs.test', 'certificate server'),
)
STYLE = """
:root { color-scheme: light dark; --ink: #2b2118; --dim: #6d5f51; --paper: #fbf6ec; --card: #fffdf8;
  --line: #e4d8c3; --direct: #8a5a00; --exchange: #a63f22; --prefetched: #a0418c;
  --prefetched-all: #1c7445; --amp-style: #2f6fb0; --preloaded: #5a5f6a; }
@media (prefers-color-scheme: dark) { :root { --ink: #f4ece0; --dim: #b9a994; --paper: #1d1813;
  --card: #28211a; --line: #43382c; --direct: #f0c26a; --exchange: #f0956f; --prefetched: #e08fd0;
  --prefetched-all: #7ed3a2; --amp-style: #8bbcf0; --preloaded: #b6bcc8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 "DejaVu Serif", Georgia, serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1.5rem 3rem; }
h1 { font-size: 2.1rem; line-height: 1.15; margin: 0 0 0.6rem; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 0.6rem; }
.lead { color: var(--dim); max-width: 46rem; }
.said { background: var(--card); border: 1px solid var(--line); border-left: 4px solid
  var(--prefetched-all); border-radius: 0 0.6rem 0.6rem 0; padding: 0.9rem 1.4rem 0.9rem 2.4rem; }
.said li { margin: 0.25rem 0; }
svg, table, .legend, .dim { font-family: "DejaVu Sans", system-ui, sans-serif; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--dim); font-size: 12px; }
svg .name { fill: var(--ink); font-size: 13px; }
svg .grid { stroke: var(--line); }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 0.9rem;
  padding: 1rem 1.1rem; }
figcaption { font-weight: 700; font-size: 0.95rem; margin-bottom: 0.4rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; margin: 0 0 0.8rem; padding: 0;
  list-style: none; font-size: 0.86rem; }
.legend svg { display: inline-block; width: 2.2rem; height: 1rem; vertical-align: -0.15rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.84rem; line-height: 1.45; }
caption { text-align: left; color: var(--dim); padding-bottom: 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.8rem 0.4rem 0;
  border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
th[scope=row] { white-space: nowrap; }
.learnt td:nth-last-child(-n+2) { width: 42%; }
.dim, small { color: var(--dim); }
code { font-family: "DejaVu Sans Mono", monospace; font-size: 0.92em; overflow-wrap: anywhere; }
"""


def names_of(rows):
    return list(dict.fromkeys(row['delivery'] for row in rows))


def distances_of(rows):
    return sorted({row['rtt'] for row in rows})


def find(rows, delivery, rtt):
    return next((r for r in rows if r['delivery'] == delivery and r['rtt'] == rtt), None)


def ratio_sentences(rows, far):
    mine, direct = find(rows, 'prefetched-all', far), find(rows, 'direct', far)
    near = find(rows, 'prefetched-all', 0)
    if mine and near and far:
        yield (
            f'prefetched-all: first paint {mine["fcp_ms"]:.0f} ms after the click at {far} ms, '
            f'{near["fcp_ms"]:.0f} ms at 0 ms: {mine["fcp_ms"] / near["fcp_ms"]:.2f} times as long.'
        )
    if mine and direct:
        yield (
            f'At {far} ms that is {mine["fcp_ms"] / direct["fcp_ms"]:.2f} times the '
            f'{direct["fcp_ms"]:.0f} ms of the direct link.'
        )


def trips_sentence(rows):
    """How many round trips the first paint waits for: the slope between the ends."""
    near, far = distances_of(rows)[0], distances_of(rows)[-1]
    trips = []
    for name in names_of(rows):
        first, last = find(rows, name, near), find(rows, name, far)
        slope = (last['fcp_ms'] - first['fcp_ms']) / (far - near)
        trips.append(f'{name} {round(slope, 1) + 0:.1f}')  # avoids "-0.0"
    return f'Round trips that first paint waits for: {", ".join(trips)}.'


def requests_sentence(rows):
    told = []
    for name in names_of(rows):
        mine = [row for row in rows if row['delivery'] == name]
        counts = (max(row[f'publisher_requests_{when}'] for row in mine) for when in
                  ('before', 'after'))
        told.append('{} {} and {}'.format(name, *counts))
    return f'Requests that the publisher saw before and after the click: {", ".join(told)}.'


def sentences(rows):
    distances = distances_of(rows)
    said = list(ratio_sentences(rows, distances[-1]))
    if len(distances) > 1:
        said.append(trips_sentence(rows))
    said.append(requests_sentence(rows))
    return said


def legend(names):
    items = (f'<li>{charts.sample(name)} {html.escape(name)}</li>' for name in names)
    return f'<ul class="legend">{"".join(items)}</ul>'


def figure(caption, svg):
    return f'<figure><figcaption>{html.escape(caption)}</figcaption>{svg}</figure>'


def of_what(heard):
    """The requests that a party received: the URLs, and the pages that sent them."""
    if not heard:
        return '<td class="dim">nothing</td>'
    paths = list(dict.fromkeys(each['path'] for each in heard))
    referrers = list(dict.fromkeys(each['referrer'] for each in heard if each['referrer']))
    shown = ', '.join(f'<code>{html.escape(path)}</code>' for path in paths)
    source = ', '.join(f'<code>{html.escape(each)}</code>' for each in referrers)
    came = f'<br><small>coming from {source}</small>' if source else ''
    return f'<td>your network address; that you asked for {shown}{came}</td>'


def learnt(rows, far):
    lines = []
    for name in names_of(rows):
        row = find(rows, name, far)
        for number, (host, party) in enumerate(PARTIES):
            head = '' if number else f'<th scope="rowgroup" rowspan="{len(PARTIES)}">{name}</th>'
            cells = ''.join(of_what(row['heard'][when].get(host)) for when in ('before', 'after'))
            lines.append(f'<tr>{head}<td>{party}</td>{cells}</tr>')
    return (
        '<div class="scroll learnt"><table><caption>What each server was asked for, and so knows '
        f'of you (one run at {far} ms).</caption><thead><tr><th>delivery</th><th>party</th>'
        '<th>before the click</th><th>after it</th></tr></thead>'
        f'<tbody>{"".join(lines)}</tbody></table></div>'
    )


def places(rows, far):
    lines = ''.join(
        f'<tr><th scope="row">{row["delivery"]}</th><td><code>{html.escape(row["address"])}</code>'
        f'</td><td><code>{html.escape(row["origin"])}</code></td><td>{row["standing"]}</td></tr>'
        for row in (find(rows, name, far) for name in names_of(rows))
    )
    return (
        '<div class="scroll"><table><caption>The address that the browser shows, the origin that '
        'scripts have, and the badge beside the address.</caption><thead><tr>'
        '<th>delivery</th><th>address</th><th>origin</th><th>badge</th></tr></thead>'
        f'<tbody>{lines}</tbody></table></div>'
    )


def figures(rows):
    heads = ''.join(f'<th class="n">{label[9:]}</th>' for _, label in MEASURES)
    lines = []
    for row in rows:
        cells = ''.join(
            f'<td class="n">{row[key]:.0f} <small>({row["spread"][key][0]:.0f}–'
            f'{row["spread"][key][1]:.0f})</small></td>'
            for key, _ in MEASURES
        )
        lines.append(
            f'<tr><th scope="row">{row["delivery"]}</th><td class="n">{row["rtt"]}</td>{cells}'
            f'<td class="n">{row["publisher_requests_before"]}</td>'
            f'<td class="n">{row["publisher_requests_after"]}</td><td class="n">{row["runs"]}</td>'
            '</tr>'
        )
    return (
        '<div class="scroll"><table><caption>Milliseconds from the click: medians, and what lies '
        'between the 10 % and the 90 % of the runs. Requests are the most of any run.</caption>'
        f'<thead><tr><th>delivery</th><th class="n">round trip</th>{heads}<th class="n">publisher '
        'asked before</th><th class="n">after</th><th class="n">runs</th></tr></thead>'
        f'<tbody>{"".join(lines)}</tbody></table></div>'
    )


def page(rows):
    names, distances = names_of(rows), distances_of(rows)
    far = distances[-1]
    away = ' / '.join(map(str, distances))
    lines = ''.join(
        figure(label, charts.lines(rows, names, distances, key, label)) for key, label in MEASURES
    )
    said = ''.join(f'<li>{html.escape(each)}</li>' for each in sentences(rows))
    ways = figure(f'From the click to the first paint at {far} ms', charts.ways(rows, names, far))
    sent = figure(f'Bytes that came from each party at {far} ms',
                  charts.sent(rows, names, far, PARTIES))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>From the click to the page</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>From the click to the page</h1>
<p class="lead">One article in {len(names)} deliveries, clicked in the real browser, a fresh one
each time. Publisher and certificate server are a round trip of {away} ms away, the aggregator is
near. Figures are medians; runs of each: {rows[0]["runs"]}.</p>
<ul class="said">{said}</ul>
<h2>How long it takes</h2>
{legend(names)}
<div class="charts">{lines}</div>
<h2>What the time is spent on</h2>
{ways}
<h2>Who sent how much</h2>
{sent}
<h2>Who learnt what</h2>
{learnt(rows, far)}
<h2>Whose page it is</h2>
{places(rows, far)}
<h2>All figures</h2>
{figures(rows)}
</main>
</body>
</html>
"""
