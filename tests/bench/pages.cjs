// pages.cjs - loads a page with its parts over HTTP/2, directly and through a proxy in turn
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// HOST PORT ROOT PROXY-PORT PROXY-ROOT PARTS ROUNDS; USER:PASSWORD for the proxy on standard input.
// Either way has one connection, which is kept. Prints one line of JSON: for each round the
// milliseconds of the direct load, and of that through the proxy.
const fs = require('fs')
const http2 = require('http2')
const net = require('net')
const tls = require('tls')

const [, , host, port, root, proxyPort, proxyRoot, parts, rounds] = process.argv
const WARM_UP = 3
const WINDOW = 15 << 20 // bytes, as WebKitGTK's: Node.js's own of 64 KiB costs round trips
const word = Buffer.from(fs.readFileSync(0, 'utf8').trim()).toString('base64')
const target = `${host}:${port}`

const fail = error => {
  console.error(String(error))
  process.exit(1)
}

const openTunnel = () =>
  new Promise(resolve => {
    const socket = net.connect(proxyPort, '127.0.0.1')
    socket.on('error', fail)
    socket.write(
      `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: Basic ${word}\r\n\r\n`
    )
    socket.once('data', data => {
      if (!String(data).startsWith('HTTP/1.1 200')) fail(String(data).split('\r\n')[0])
      resolve(socket)
    })
  })

const open = async (socket, ca) => {
  socket.setNoDelay(true)
  const stream = tls.connect({
    socket,
    servername: host,
    ca: fs.readFileSync(ca),
    ALPNProtocols: ['h2'],
  })
  stream.on('error', fail)
  await new Promise(resolve => stream.once('secureConnect', resolve))
  if (stream.alpnProtocol !== 'h2') fail('HTTP/2 was not chosen')
  const session = http2.connect(`https://${target}`, {
    createConnection: () => stream,
    settings: { initialWindowSize: WINDOW },
  })
  session.on('error', fail)
  await new Promise(resolve => session.once('connect', resolve))
  session.setLocalWindowSize(WINDOW)
  return session
}

const ask = (session, path) =>
  new Promise(resolve => {
    const stream = session.request({ ':path': path })
    let length = 0
    stream.on('response', head => head[':status'] === 200 || fail(`${path}: ${head[':status']}`))
    stream.on('data', data => (length += data.length))
    stream.on('error', fail)
    stream.on('end', () => resolve(length))
    stream.end()
  })

// The parts are asked for when the page has come, all at once.
const load = async session => {
  const began = process.hrtime.bigint()
  await ask(session, '/bytes/4000')
  const lengths = await Promise.all(
    Array.from({ length: parseInt(parts) }, (_, i) => ask(session, `/bytes/8000?${i}`))
  )
  if (lengths.some(each => each !== 8000)) fail('a part is incomplete')
  return Number(process.hrtime.bigint() - began) / 1e6
}

const main = async () => {
  const direct = await open(net.connect(port, '127.0.0.1'), root)
  const through = await open(await openTunnel(), proxyRoot)
  const pairs = []
  for (let i = 0; i < parseInt(rounds) + WARM_UP; i++) {
    const pair = [await load(direct), await load(through)]
    if (i >= WARM_UP) pairs.push(pair)
  }
  console.log(JSON.stringify(pairs))
  process.exit(0)
}

main().catch(fail)
