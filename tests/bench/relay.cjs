// relay.cjs - puts a server on loopback at a distance
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// PORT of the server, and round trips in milliseconds; prints one port for each of them; runs until
// its standard input ends. Timers of one duration fire in the order in which they were set.
const net = require('net')

const [, , port, ...trips] = process.argv

const carry = (from, to, delay) => {
  from.setNoDelay(true)
  from.on('data', data => setTimeout(() => to.write(data), delay))
  from.on('end', () => setTimeout(() => to.end(), delay))
  from.on('error', () => to.destroy())
}

const relays = trips.map(trip =>
  net.createServer({ allowHalfOpen: true }, client => {
    const server = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    carry(client, server, trip / 2)
    carry(server, client, trip / 2)
  })
)
for (const relay of relays)
  relay.listen(0, '127.0.0.1', () => {
    if (relays.every(each => each.listening))
      console.log(relays.map(each => each.address().port).join(' '))
  })
process.stdin.on('end', () => process.exit(0)).resume()
