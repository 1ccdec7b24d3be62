// clients.cjs - runs many clients at once, each with one kept connection
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// HOST PORT ROOT CLIENTS REQUESTS [PROXY-PORT]; USER:PASSWORD for the proxy, or nothing, on standard
// input. Prints one line of JSON: the number of responses, the seconds that all requests took, and
// the milliseconds that 99 of 100 requests did not exceed.
const fs = require('fs')
const net = require('net')
const tls = require('tls')

const [, , host, port, root, clients, requests, proxyPort] = process.argv
const ca = fs.readFileSync(root)
const given = proxyPort ? fs.readFileSync(0, 'utf8').trim() : ''
const word = given ? `Proxy-Authorization: Basic ${Buffer.from(given).toString('base64')}\r\n` : ''
const target = `${host}:${port}`
const request = `GET / HTTP/1.1\r\nHost: ${target}\r\n\r\n`

const fail = error => {
  console.error(String(error))
  process.exit(1)
}

const openTunnel = () =>
  new Promise(resolve => {
    const socket = net.connect(proxyPort, '127.0.0.1')
    let head = ''
    socket.setNoDelay(true)
    socket.on('error', fail)
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${word}\r\n`)
    const more = data => {
      head += data
      if (!head.includes('\r\n\r\n')) return
      if (!head.startsWith('HTTP/1.1 200')) fail(head.split('\r\n')[0])
      socket.removeListener('data', more)
      resolve(socket)
    }
    socket.on('data', more)
  })

const open = async () => {
  const socket = proxyPort ? await openTunnel() : net.connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  const stream = tls.connect({ socket, servername: host, ca })
  stream.on('error', fail)
  await new Promise(resolve => stream.once('secureConnect', resolve))
  return stream
}

const run = (stream, took) =>
  new Promise(resolve => {
    let left = parseInt(requests)
    let began = 0n
    let data = ''
    const ask = () => {
      began = process.hrtime.bigint()
      stream.write(request)
    }
    stream.on('end', () => left > 0 && fail('a connection has ended'))
    stream.on('data', chunk => {
      data += chunk
      if (!data.includes('small')) return
      took.push(Number(process.hrtime.bigint() - began) / 1e6)
      data = ''
      if (--left > 0) return ask()
      stream.destroy()
      resolve()
    })
    ask()
  })

const main = async () => {
  const streams = []
  for (let i = 0; i < parseInt(clients); i++) streams.push(await open())
  const took = []
  const began = process.hrtime.bigint()
  await Promise.all(streams.map(stream => run(stream, took)))
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  took.sort((a, b) => a - b)
  console.log(JSON.stringify({ n: took.length, seconds, p99: took[Math.floor(took.length * 0.99)] }))
}

main().catch(fail)
