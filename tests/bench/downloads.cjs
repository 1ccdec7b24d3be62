// downloads.cjs - serves large and small bodies over TLS, with HTTP/1.1 only and with HTTP/2
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// /?N has N megabytes, /bytes/N has N bytes, and others have a few. CERTIFICATES KEY [MORE] on the
// command line; prints two ports, and those of MORE further servers of HTTP/1.1; runs until its
// standard input ends.
const http2 = require('http2')
const https = require('https')
const fs = require('fs')

const [, , cert, key, more] = process.argv
const block = Buffer.alloc(1 << 18, 'a')

const answer = (request, response) => {
  const megabytes = parseInt(request.url.split('?')[1]) || 0
  response.on('error', () => {})
  const bytes = parseInt(request.url.split('/bytes/')[1]) || 0
  if (bytes > 0) return response.end(block.subarray(0, bytes))
  if (megabytes === 0) return response.end('small')
  let left = megabytes << 20
  response.writeHead(200, { 'content-length': left, 'content-type': 'application/octet-stream' })
  const more = () => {
    while (left > 0) {
      left -= block.length
      if (!response.write(block)) return response.once('drain', more)
    }
    response.end()
  }
  more()
}

const options = { cert: fs.readFileSync(cert), key: fs.readFileSync(key), allowHTTP1: true }
const servers = [https.createServer(options, answer), http2.createSecureServer(options, answer)]
for (let i = 0; i < parseInt(more || 0); i++) servers.push(https.createServer(options, answer))
for (const server of servers) {
  server.keepAliveTimeout = 120000 // longer than the gateway keeps an idle connection
  for (const event of ['sessionError', 'clientError', 'tlsClientError']) server.on(event, () => {})
  server.listen(0, '127.0.0.1', () => {
    if (servers.every(each => each.listening))
      console.log(servers.map(each => each.address().port).join(' '))
  })
}
process.stdin.on('end', () => process.exit(0)).resume()
