/* page.js - shows what has changed on the gateway's own page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
'use strict'

const PAUSE = 1000 // milliseconds between two questions
const EVENTS_MAX = 100
const main = document.querySelector('main')
const events = document.getElementById('events')
const state = document.getElementById('state')

function say(text) {
  if (state.textContent !== text) state.textContent = text
}

function takeEvent(fresh) {
  const old = document.getElementById(fresh.id)

  if (old === null) {
    events.prepend(fresh)
    return
  }
  for (const [i, details] of old.querySelectorAll('details').entries()) {
    const same = fresh.querySelectorAll('details')[i]
    if (same) same.open = details.open
  }
  if (!old.contains(document.activeElement)) old.replaceWith(fresh)
}

function take(news) {
  for (const each of [...news.querySelectorAll('#events > article')].reverse())
    takeEvent(document.adoptNode(each))
  while (events.children.length > EVENTS_MAX) events.lastElementChild.remove()
  const parties = document.getElementById('parties')
  const fresh = news.querySelector('#parties')
  if (fresh.innerHTML !== parties.innerHTML) parties.replaceWith(document.adoptNode(fresh))
  document.getElementById('none').hidden = events.children.length > 0
  main.dataset.version = news.dataset.version
}

async function update() {
  try {
    const answer = await fetch('news?after=' + main.dataset.version)
    if (!answer.ok) throw new Error(answer.status)
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    take(page.querySelector('main'))
    say(state.dataset.live)
  } catch {
    say(state.dataset.ended)
  }
  setTimeout(update, PAUSE)
}

update()
