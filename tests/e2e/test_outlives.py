#!/usr/bin/env python3
"""test_outlives.py - data that stay after a substituted page, by `substituted.data`.

SPDX-License-Identifier: LGPL-2.1-or-later
"""
import json
import sys

from harness import case, equal, main
from driver import wait
from driver.keys import Keyboard
from driver.world import Shell
from free_shell import FreeShell
from wpt_world import ALTERNATE, INNER, PAGE, WptWorld

SCRIPT = 'text/javascript'

# a page that says what it found, stores its mark wherever it can, asks for permissions, and says
# how that went
TELLING = """<!doctype html><title>@COPY@</title><script>
const mark = '@COPY@'
const open_database = () => new Promise((resolve, reject) => {
  const request = indexedDB.open('marks', 1)
  request.onupgradeneeded = () => request.result.createObjectStore('marks')
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})
const in_database = async (mode, use) => {
  const database = await open_database()
  const request = use(database.transaction('marks', mode).objectStore('marks'))
  const result = await new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  database.close()
  return result || null
}
const READ = {
  local: () => localStorage.getItem('mark'),
  cookie: () => (document.cookie.match(/mark=(\\w+)/) || [null, null])[1],
  database: () => in_database('readonly', store => store.get('mark')),
  worker: async () =>
    (await navigator.serviceWorker.getRegistrations()).length > 0 ? 'registered' : null,
}
const WRITE = {
  local: () => localStorage.setItem('mark', mark),
  cookie: () => { document.cookie = `mark=${mark}; max-age=3600; path=/` },
  database: () => in_database('readwrite', store => store.put(mark, 'mark')),
  worker: () => navigator.serviceWorker.register('/worker.js', {scope: '/scope/'}),
}
const PERMISSIONS = {
  geolocation: () => new Promise(resolve => navigator.geolocation.getCurrentPosition(
    () => resolve('granted'), error => resolve(error.code === 1 ? 'denied' : `error ${error.code}`),
    {timeout: 5000})),
  notification: () => Notification.requestPermission(),
}
const all = async ways => {
  const found = {}
  for (const [name, way] of Object.entries(ways))
    try { found[name] = await way() || null } catch (error) { found[name] = 'error: ' + error.name }
  return found
}
const tell = async () => {
  const told = {copy: mark, origin: window.origin, before: await all(READ)}
  await all(WRITE)
  told.after = await all(READ)
  if (mark !== 'live')
    told.permissions = await all(PERMISSIONS)
  fetch('@TELL@', {method: 'POST', mode: 'no-cors', body: JSON.stringify(told)})
}
addEventListener('load', tell)
</script>
"""
WAYS = ('local', 'cookie', 'database', 'worker')


def marks(mark):
    """What a page finds after a page with MARK has stored data."""
    return {way: 'registered' if way == 'worker' and mark else mark for way in WAYS}


class Visit:
    """A shell without a driver that is led by keys, in a world with a page and its packages."""

    def __init__(self, bench, data, *more):
        world = bench.world
        self.world = world
        tell = world.url(PAGE, '/told')
        world.put(tell, 'heard')
        page = TELLING.replace('@TELL@', tell)
        self.live = world.put(world.url(INNER, '/page.html'), page.replace('@COPY@', 'live'))
        world.put(world.url(INNER, '/worker.js'), '// a worker that does nothing', SCRIPT)
        exchange = world.sign(self.live, page.replace('@COPY@', 'signed'))
        self.links = [world.put_exchange(world.url(host, '/page.sxg'), exchange)
                      for host in (PAGE, ALTERNATE)]
        self.home = world.url(PAGE, '/home')
        world.put(self.home, '<!doctype html><title>home</title>')
        self.told = 0
        self.shell = bench.open(FreeShell, bench, '--set', f'substituted.data={data}', *more,
                                self.home)
        self.keys = bench.open(Keyboard, bench.display)
        self.shown('home')

    def shown(self, what, mark=0, wanted=lambda each: each['url'] != 'about:blank'):
        return self.shell.decisions.wait_page(mark, what, wanted)

    def go(self, url, shown=None):
        """Types URL, and waits until the page at SHOWN is shown."""
        mark = self.shell.decisions.mark()
        self.keys.press('Control+l')
        self.keys.write(url)
        self.keys.press('Return')
        return self.shown(url, mark, lambda each: each['url'] == (shown or url))

    def hear(self):
        """The report of the next page."""
        url = self.world.url(PAGE, '/told')
        found = wait.until('a page tells', lambda: self.world.requests_for(url)[self.told:])
        self.told += 1
        return json.loads(found[0].body)

    def open(self, link=0):
        """Opens the page from its package; its report and its line of the decision log."""
        page = self.go(self.links[link], self.live)
        equal('standing', page['standing'], 'substituted')
        told = self.hear()
        equal('copy', told['copy'], 'signed')
        equal('origin', told['origin'], self.world.origin(INNER))
        return told, page

    def open_live(self):
        page = self.go(self.live)
        equal('standing', page['standing'], 'live')
        told = self.hear()
        equal('copy', told['copy'], 'live')
        return told

    def leave(self):
        self.go(self.home)

    def forget(self):
        mark = self.shell.decisions.mark()
        self.keys.press('Control+Shift+Delete')
        found = wait.until('all is forgotten', lambda: self.shell.decisions.since(mark, 'forgot'))
        return found[0]

    def denials(self):
        """The permissions that were denied, from the messages in the log."""
        messages = [each['message'] for each in self.shell.decisions.since(0, 'refused')]
        return [each.split(': ')[1].split('.')[0] for each in messages
                if each.startswith('Permission denied: ')]


@case
def allow(bench):
    """allow: the page shares everything with the site's live pages"""
    visit = Visit(bench, 'allow')
    equal('live', visit.open_live()['before'], marks(None))
    told, page = visit.open()
    equal('data', page['data'], 'allow')
    equal('found', told['before'], marks('live'))
    equal('stored', told['after'], marks('signed'))
    visit.leave()
    equal('live page finds', visit.open_live()['before'], marks('signed'))
    equal('denied by the setting', visit.denials(), [])


@case
def partition(bench):
    """partition: pages from one distributor share their data, and other pages cannot read them"""
    visit = Visit(bench, 'partition')
    equal('live', visit.open_live()['after'], marks('live'))
    told, page = visit.open()
    equal('data', page['data'], 'partition')
    assert bench.world.origin(PAGE) in page['data_text'], page['data_text']
    equal('found', told['before'], marks(None))
    equal('stored', told['after'], marks('signed'))
    visit.leave()
    equal('the same distributor', visit.open()[0]['before'], marks('signed'))
    equal('another distributor', visit.open(1)[0]['before'], marks(None))
    equal('live page finds', visit.open_live()['before'], marks('live'))
    equal('denied by the setting', visit.denials(), [])


@case
def until_confirmed(bench):
    """until-confirmed: data are removed with the page, unless the live site has sent a page"""
    visit = Visit(bench, 'until-confirmed')
    told, page = visit.open()
    equal('data', page['data'], 'until-confirmed')
    equal('found', told['before'], marks(None))
    equal('stored', told['after'], marks('signed'))
    equal('permissions', told['permissions'], {'geolocation': 'denied', 'notification': 'denied'})
    equal('denied by the setting', visit.denials(), ['geolocation'])
    visit.leave()
    equal('removed', visit.open()[0]['before'], marks(None))
    visit.leave()
    equal('live page finds', visit.open_live()['before'], marks(None))
    visit.open()
    visit.leave()
    equal('kept', visit.open()[0]['before'], marks('signed'))
    equal('live page keeps its own', visit.open_live()['before'], marks('live'))


@case
def deny(bench):
    """deny: the page stores nothing, registers nothing, and is granted nothing"""
    visit = Visit(bench, 'deny')
    equal('live', visit.open_live()['after'], marks('live'))
    told, page = visit.open()
    equal('data', page['data'], 'deny')
    for way, found in told['after'].items():
        assert found is None or found.startswith('error: '), (way, found)
    equal('permissions', told['permissions'], {'geolocation': 'denied', 'notification': 'denied'})
    equal('denied by the setting', visit.denials(), ['geolocation'])
    equal('live page keeps its own', visit.open_live()['before'], marks('live'))


@case
def forget_partition(bench):
    """one key removes the data of all partitions, and keeps the data of live pages"""
    visit = Visit(bench, 'partition')
    visit.open_live()
    visit.open()
    visit.open(1)
    forgot = visit.forget()
    equal('removed', forgot['removed'], [INNER, INNER])
    equal('left in WebKit', forgot['left'], [])
    visit.leave()
    equal('found', visit.open()[0]['before'], marks(None))
    equal('live page keeps its own', visit.open_live()['before'], marks('live'))


@case
def forget_shared(bench):
    """with shared storage the site's data are removed, and other sites keep theirs"""
    visit = Visit(bench, 'allow')
    visit.open()
    forgot = visit.forget()
    equal('removed', forgot['removed'], [INNER, f'{bench.world.origin(INNER)} (service worker)'])
    equal('left in WebKit', forgot['left'], [])
    visit.leave()
    equal('live page finds', visit.open_live()['before'], marks(None))
    equal('nothing more to forget', visit.forget()['removed'], [])
    equal('live page keeps its own', visit.open_live()['before'], marks('live'))


def forget_after_frame(bench, host):
    """Opens a live page of HOST with the package in a frame, and removes what the frame stored."""
    visit = Visit(bench, 'allow')
    around = bench.world.url(host, '/around.html')
    bench.world.put(around, f'<!doctype html><title>around</title><iframe src="{visit.links[0]}">')
    visit.go(around)
    told = visit.hear()
    equal('copy', told['copy'], 'signed')
    equal('origin', told['origin'], bench.world.origin(INNER))
    visit.leave()
    forgot = visit.forget()
    equal('left in WebKit', forgot['left'], [])
    visit.go(around)
    return visit, told, forgot['removed'], visit.hear()['before']


@case
def forget_frame(bench):
    """data that a package stored in a frame of its publisher's live page are removed"""
    visit, told, removed, found = forget_after_frame(bench, INNER)
    equal('stored', told['after'], marks('signed'))
    equal('found', found, marks(None))
    equal('removed', removed, [INNER, f'{bench.world.origin(INNER)} (service worker)'])


@case
def forget_foreign_frame(bench):
    """data that a package stored in a frame of another site are removed; it gets no worker"""
    visit, told, removed, found = forget_after_frame(bench, PAGE)
    equal('stored', told['after']['local'], 'signed')
    equal('service worker', told['after']['worker'], None)
    messages = [each['message'] for each in visit.shell.decisions.since(0, 'refused')]
    assert any('service worker' in each for each in messages), messages
    equal('found', found, marks(None))
    assert INNER in removed, removed


@case
def history(bench):
    """back returns to the package's page, and loading it live leaves the package"""
    visit = Visit(bench, 'partition')
    visit.open()
    visit.leave()
    mark = visit.shell.decisions.mark()
    visit.keys.press('Alt+Left')
    page = visit.shown('back', mark, lambda each: each['url'] == visit.live)
    equal('standing', page['standing'], 'substituted')
    visit.hear()
    equal('requests to the publisher', bench.world.requests_for(visit.live), [])
    mark = visit.shell.decisions.mark()
    visit.keys.press('Control+Shift+r')
    page = visit.shown('live', mark, lambda each: each['url'] == visit.live)
    equal('standing', page['standing'], 'live')
    equal('live page finds', visit.hear()['before'], marks(None))


@case
def driven(bench):
    """under automation WebKit has one session for all views: the page gets an opaque origin"""
    visit = Visit(bench, 'partition')
    shell = bench.open(Shell, bench.build, bench.display, bench.world,
                       ('--set', 'substituted.data=partition'))
    page = shell.go(visit.links[0], lambda each: each['url'] == visit.live)
    equal('standing', page['standing'], 'substituted')
    told = visit.hear()
    equal('origin', told['origin'], 'null')
    for way, found in told['after'].items():
        assert found is None or found.startswith('error: '), (way, found)


if __name__ == '__main__':
    sys.exit(main(WptWorld))
