// tour.js - moves through the tour by keyboard
// SPDX-License-Identifier: LGPL-2.1-or-later
const go = selector => document.querySelector(selector)?.click()
addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return
  const still = event.target.closest('a')
  if (event.key === 'ArrowRight' || event.key === ' ' || event.key === 'PageDown') go('[rel=next]')
  else if (event.key === 'ArrowLeft' || event.key === 'PageUp') go('[rel=prev]')
  else if (event.key === 'Enter' && !still) go('#follow')
  else if (event.key === 'Escape' || event.key === 'Home') location.assign('/tour/1')
  else return
  event.preventDefault()
})
