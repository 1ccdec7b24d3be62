"""deliveries.py - opens a page with a delivery, waits for its prefetches, and clicks the link.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
from . import wait

PUBLISHER = 'publisher-three.test'
PREFETCHED = """
const hrefs = [...document.querySelectorAll('link[rel=prefetch]')].map(link => link.href)
const ended = performance.getEntriesByType('resource').filter(each => each.responseEnd > 0)
return hrefs.every(href => ended.some(each => each.name === href))
"""
# one script, so that no other event can occur between reading the time and the click
CLICK = """
const link = document.querySelector(arguments[0])
const time = performance.timeOrigin + performance.now()
link.click()
return time
"""
TIMES = """
const [click, done] = arguments
const look = () => {
  const page = performance.getEntriesByType('navigation')[0]
  const paint = performance.getEntriesByName('first-contentful-paint')[0]
  if (!page?.loadEventEnd || !paint) return setTimeout(look, 20)
  const since = time => performance.timeOrigin + time - click
  done({
    response_start_ms: since(window.began),
    fcp_ms: since(paint.startTime),
    load_ms: since(page.loadEventEnd),
    told_response_start_ms: page.responseStart ? since(page.responseStart) : null,
    origin: window.origin,
    address: location.href,
    copy: document.documentElement.dataset.copy,
  })
}
look()
"""


def arrive(shell, path):
    """Opens the aggregator's PATH; returns what each party saw until all was prefetched."""
    shell.world.reset()
    shell.go(shell.world.aggregator + path)
    try:
        wait.until('the prefetches have ended', lambda: shell.run(PREFETCHED), seconds=10)
    except wait.Late:
        pass  # a failed request leaves no entry; the recorded requests show it
    return shell.world.wait_still()


def click(shell, selector='#follow'):
    """Clicks; returns the page, its times since the click, and what each party saw."""
    shell.world.reset()
    mark = shell.decisions.mark()
    time = shell.run(CLICK, selector)
    page = shell.decisions.wait_page(mark, f'a page after {selector}')
    times = shell.run_async(TIMES, time)
    return page, times, shell.world.wait_still()
