"""navigation_charts.py - draws the charts of the comparison as inline SVG.

SPDX-License-Identifier: LGPL-2.1-or-later

Each series has its own colour and mark. Each chart says in words what it shows; the page has
the same figures in tables.
"""
import html

MARKS = {
    'direct': '<circle r="4.5"/>',
    'exchange': '<path d="M-4.5-4.5h9v9h-9z"/>',
    'prefetched': '<path d="M0-5.5 5.5 4.5h-11z"/>',
    'prefetched-all': '<path d="M0-6 6 0 0 6-6 0z"/>',
    'amp-style': '<path d="M-5-1.5h3.5V-5h3v3.5H5v3H1.5V5h-3V1.5H-5z"/>',
    'preloaded': '<path d="M0 5.5-5.5-4.5h11z"/>',
}
STEP_SHADES = (1, 0.55, 0.25)
WIDTH, HEIGHT = 340, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 12, 40


def colour(name):
    return f'var(--{name})'


def mark(name, x, y):
    shape = MARKS.get(name, MARKS['direct'])
    return f'<g transform="translate({x:.1f} {y:.1f})" fill="{colour(name)}">{shape}</g>'


def sample(name):
    line = f'<path d="M2 8H34" stroke="{colour(name)}" stroke-width="2"/>'
    return f'<svg viewBox="0 0 36 16" aria-hidden="true">{line}{mark(name, 18, 8)}</svg>'


def step_of(top):
    """A round distance between grid lines, for at most six of them below TOP."""
    return next(
        digit * 10**power
        for power in range(12)
        for digit in (1, 2, 5)
        if top / (digit * 10**power) <= 6
    )


def svg(width, height, words, parts):
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(words)}">'
        f'{"".join(parts)}</svg>'
    )


def words_of(rows, names, key):
    told = []
    for name in names:
        mine = [row for row in rows if row['delivery'] == name]
        values = ', '.join(f'{row[key]:.0f} ms at {row["rtt"]}' for row in mine)
        told.append(f'{name}: {values}')
    return '; '.join(told)


def lines(rows, names, distances, key, label):
    """A line chart of a measure over the distance, with a line for each delivery."""
    top = max(row['spread'][key][1] for row in rows) * 1.05
    span = max(distances[-1] - distances[0], 1)
    parts = []

    def across(rtt):
        return LEFT + (WIDTH - LEFT - RIGHT) * (rtt - distances[0]) / span

    def down(value):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    step = step_of(top)
    for number in range(int(top / step) + 1):
        y = down(number * step)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number * step:g}</text>'
        )
    for rtt in distances:
        parts.append(
            f'<text x="{across(rtt):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{rtt}'
            '</text>'
        )
    parts.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">round trip, '
        'ms</text>'
    )
    for name in names:
        mine = sorted((r for r in rows if r['delivery'] == name), key=lambda row: row['rtt'])
        points = [(across(row['rtt']), down(row[key])) for row in mine]
        path = 'L'.join(f'{x:.1f} {y:.1f}' for x, y in points)
        for row, (x, _) in zip(mine, points, strict=True):
            low, high = (down(value) for value in row['spread'][key])
            parts.append(
                f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour(name)}" opacity=".5"/>'
            )
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour(name)}" stroke-width="2"/>')
        parts += [mark(name, x, y) for x, y in points]
    return svg(WIDTH, HEIGHT, f'{label}, in ms. {words_of(rows, names, key)}', parts)


def bar(x, y, width, fill, shade):
    return (
        f'<rect x="{x:.1f}" y="{y}" width="{max(width, 0):.1f}" height="18" fill="{fill}" '
        f'opacity="{shade}"/>'
    )


def name_at(left, y, text):
    return f'<text class="name" x="{left - 12}" y="{y + 14}" text-anchor="end">{text}</text>'


def key_of(labels, y):
    """The legend of the shades."""
    parts, x = [], 150
    for label, shade in zip(labels, STEP_SHADES, strict=False):
        line = label.startswith('| ')
        shape = f'x="{x + 6}" width="2.5"' if line else f'x="{x}" width="14" opacity="{shade}"'
        parts.append(f'<rect {shape} y="{y}" height="14" fill="var(--ink)"/>')
        parts.append(f'<text x="{x + 20}" y="{y + 12}">{html.escape(label.lstrip("| "))}</text>')
        x += 40 + 8 * len(label)
    return parts


def ways(rows, names, far):
    """A bar for each delivery, until response and paint, and a mark at the load event."""
    mine = [next(r for r in rows if r['delivery'] == name and r['rtt'] == far) for name in names]
    left, width = 150, 1000
    scale = (width - left - 160) / max(max(row['fcp_ms'], row['load_ms']) for row in mine)
    parts = key_of(('waiting for the response', 'until the first paint', '| all is loaded'), 2)
    for number, row in enumerate(mine):
        y = 30 + number * 32
        start, paint, load = (
            row[key] * scale for key in ('response_start_ms', 'fcp_ms', 'load_ms')
        )
        fill = colour(row['delivery'])
        parts.append(name_at(left, y, row['delivery']))
        parts.append(bar(left, y, start, fill, STEP_SHADES[0]))
        parts.append(bar(left + start, y, paint - start, fill, STEP_SHADES[1]))
        parts.append(
            f'<path d="M{left + load:.1f} {y - 3}v24" stroke="var(--ink)" stroke-width="2.5"/>'
        )
        parts.append(
            f'<text x="{left + max(paint, load) + 8:.1f}" y="{y + 14}">{row["fcp_ms"]:.0f}, '
            f'loaded {row["load_ms"]:.0f} ms</text>'
        )
    told = '; '.join(
        f'{row["delivery"]}: response after {row["response_start_ms"]:.0f}, paint after '
        f'{row["fcp_ms"]:.0f}, load after {row["load_ms"]:.0f} ms'
        for row in mine
    )
    return svg(width, 30 + 32 * len(mine), told, parts)


def kilobytes(count):
    return f'{count / 1000:.0f} kB'


def sent(rows, names, far, parties):
    """Two bars for each delivery, before and after the click, divided by party."""
    mine = [next(r for r in rows if r['delivery'] == name and r['rtt'] == far) for name in names]
    left, width, parts, told = 230, 1000, [], []
    most = max(sum(row['bytes'][host][when] for host, _ in parties) for row in mine
               for when in ('before', 'after'))
    scale = (width - left - 90) / max(most, 1)
    parts += key_of([party for _, party in parties], 2)
    for number, row in enumerate(mine):
        for half, when in enumerate(('before', 'after')):
            y, x = 30 + number * 56 + half * 22, left
            label = f'{row["delivery"]}, {when}' if not half else when
            parts.append(name_at(left, y, label))
            for (host, _), shade in zip(parties, STEP_SHADES, strict=True):
                size = row['bytes'][host][when] * scale
                parts.append(bar(x, y, size, colour(row['delivery']), shade))
                x += size
            total = sum(row['bytes'][host][when] for host, _ in parties)
            parts.append(f'<text x="{x + 8:.1f}" y="{y + 14}">{kilobytes(total)}</text>')
        told.append(row['delivery'] + ': ' + ', '.join(
            f'{party} {kilobytes(row["bytes"][host]["before"])} before and '
            f'{kilobytes(row["bytes"][host]["after"])} after' for host, party in parties))
    return svg(width, 24 + 56 * len(mine), '; '.join(told), parts)
