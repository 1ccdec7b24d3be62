// story.js - of the article that comes in several deliveries
// SPDX-License-Identifier: LGPL-2.1-or-later
document.getElementById('origin').textContent = window.origin
const back = event => {
  event.preventDefault()
  history.back()
}
document.getElementById('back').addEventListener('click', back)
addEventListener('keydown', event => event.key === 'Escape' && back(event))

// Writes how long after the click the browser first painted the page. The times of the deliveries
// are kept in the storage of the page's origin, which the copy at the aggregator does not share.
const KEY = 'shown '
const { delivery, title } = document.documentElement.dataset

function listOthers() {
  const list = document.getElementById('others')
  for (const key of Object.keys(localStorage).sort()) {
    if (!key.startsWith(KEY) || key === KEY + delivery) continue
    list.appendChild(document.createElement('li')).textContent = localStorage[key]
    list.hidden = false
  }
}

function showTime(milliseconds) {
  const time = `${Math.round(milliseconds)} ms`
  document.getElementById('shown').textContent = `${time} after the click`
  localStorage[KEY + delivery] = `${title}: ${time}`
  listOthers()
}

new PerformanceObserver(list => {
  const paint = list.getEntriesByName('first-contentful-paint')[0]
  if (paint) showTime(paint.startTime)
}).observe({type: 'paint', buffered: true})

// [minutes since the year began, centimetres], each high and low water
function showTides(tides) {
  const begin = Date.UTC(new Date().getUTCFullYear(), 0, 1)
  const next = tides.find(([minutes, height]) => height > 640 && begin + minutes * 60000 > Date.now())
  if (!next) return
  const time = new Date(begin + next[0] * 60000)
  document.getElementById('next').textContent =
    `The next high water is at ${time.toISOString().slice(11, 16)}, ${(next[1] / 100).toFixed(1)} metres.`
}
