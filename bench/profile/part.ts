/** The first that matches a function's file and name is its part. */
const parts: [string, RegExp][] = [
  ['garbage collection', /\(garbage collector\)/],
  ['idle', /\(idle\)/],
  ['socket writes (system calls)', / (writev|writeBuffer|writeLatin1String|writeUtf8String|writeAsciiString)$/],
  [
    'log line',
    /\/(pino|sonic-boom|quick-format-unescaped|safe-stable-stringify)\/|\/request-line\.ts|writeSync| writeString$/,
  ],
  ['undici', /\/undici\//],
  ['Fastify, http-proxy', /\/(fastify|@fastify\/[a-z-]+|find-my-way|avvio|light-my-request)\//],
  ['metrics (prom-client)', /\/(prom-client|tdigest|bintrees)\//],
  ['own: forwarding', /\/src\/forwarding\//],
  ['own: rest', /\/src\//],
  ['node: streams', /internal\/streams|node:stream|internal\/event_target|node:events/],
  ['node: http server', /_http_|internal\/http/],
  ['node: net, TLS, timers', /node:net|_tls_|stream_base_commons|internal\/timers|node:timers|internal\/stream/],
  ['node: rest', /node:/],
  ['native remainder', /./],
]

export function partOf(name: string): string {
  return parts.find(([, pattern]) => pattern.test(name))?.[0] ?? ''
}
