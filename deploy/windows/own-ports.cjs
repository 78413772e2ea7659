// node own-ports.cjs FOLDER: gives the instance of that folder two ports of its own, in its settings.env. The first two of
// 8328 and 8329, 8428 and 8429 … that nobody listens on and no settings.env beside it names. install.cmd NAME calls it.
const { appendFileSync, existsSync, readdirSync, readFileSync } = require('node:fs')
const { createServer } = require('node:net')
const { dirname, join } = require('node:path')

const folder = process.argv[2] ?? '.'

/** What all instances of this machine have in their settings, those that are stopped too. */
function written() {
  const beside = dirname(folder)
  const files = readdirSync(beside)
    .filter((name) => name.toLowerCase().startsWith('catapa-sidecar'))
    .map((name) => join(beside, name, 'settings.env'))
  return files
    .filter(existsSync)
    .map((file) => readFileSync(file, 'latin1').replaceAll('\0', '')) // Notepad may have made it UTF-16.
    .join('\n')
}

function isFree(port, host) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', ({ code }) => resolve(code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

async function main() {
  const settings = written()
  for (let port = 8328; port < 65_000; port += 100) {
    const two = [port, port + 1]
    if (two.some((one) => new RegExp(`:${one}\\b`).test(settings))) continue
    const free = await Promise.all(two.flatMap((one) => [isFree(one, '127.0.0.1'), isFree(one, '::1')]))
    if (free.includes(false)) continue
    const lines = [`SIDECAR_LISTEN=localhost:${port}`, `SIDECAR_ADMIN_LISTEN=localhost:${port + 1}`, '']
    appendFileSync(join(folder, 'settings.env'), lines.join('\r\n'))
    process.stdout.write(`Its ports: ${port} for programs, ${port + 1} for probes, metrics and the status page.\n`)
    return
  }
  throw new Error('no two ports are free')
}

main()
