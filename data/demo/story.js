// story.js - of the article that comes in several deliveries
// SPDX-License-Identifier: LGPL-2.1-or-later
document.getElementById('origin').textContent = window.origin
const back = event => {
  event.preventDefault()
  history.back()
}
document.getElementById('back').addEventListener('click', back)
addEventListener('keydown', event => event.key === 'Escape' && back(event))

// [minutes since the year began, centimetres], each high and low water
function showTides(tides) {
  const begin = Date.UTC(new Date().getUTCFullYear(), 0, 1)
  const next = tides.find(([minutes, height]) => height > 640 && begin + minutes * 60000 > Date.now())
  if (!next) return
  const time = new Date(begin + next[0] * 60000)
  document.getElementById('next').textContent =
    `The next high water is at ${time.toISOString().slice(11, 16)}, ${(next[1] / 100).toFixed(1)} metres.`
}
