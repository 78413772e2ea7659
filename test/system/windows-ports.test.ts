// The ports that `install.cmd NAME` gives a further instance on Windows.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { root } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const script = join(root, 'deploy/windows/own-ports.cjs')

/** A %ProgramData% with these instances and their settings. */
function programData(t: TestContext, instances: Record<string, string>): string {
  const folder = temporaryFolder(t)
  for (const [name, settings] of Object.entries(instances)) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'settings.env'), settings, name.endsWith('utf16') ? 'utf16le' : 'utf8')
  }
  return folder
}

/** The port for programs that it got; the other one is always the next. */
async function portGiven(folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder])
  const settings = readFileSync(join(folder, 'settings.env'), 'utf8')
  const [, port, adminPort] =
    /SIDECAR_LISTEN=localhost:(\d+)\r\nSIDECAR_ADMIN_LISTEN=localhost:(\d+)\r\n$/.exec(settings) ?? []
  assert.equal(stdout, `Its ports: ${port} for programs, ${adminPort} for probes, metrics and the status page.\n`)
  assert.equal(Number(adminPort), Number(port) + 1)
  return Number(port)
}

test('each instance gets ports that no other instance names, one that is stopped or was written by Notepad too', async (t) => {
  const folder = programData(t, {
    'catapa-sidecar': 'SIDECAR_LISTEN=localhost:8228\r\n',
    'catapa-sidecar-utf16': 'SIDECAR_LISTEN=localhost:8328\r\n',
    'catapa-sidecar-moved': 'SIDECAR_ADMIN_LISTEN=127.0.0.1:8429\r\n',
    'catapa-sidecar-new': 'CATAPA_TENANT=\r\n',
    'catapa-sidecar-newer': 'CATAPA_TENANT=\r\n',
    another: 'PORT=:8528\r\n',
  })
  mkdirSync(join(folder, 'catapa-sidecar-empty'))
  const first = await portGiven(join(folder, 'catapa-sidecar-new'))
  const second = await portGiven(join(folder, 'catapa-sidecar-newer'))
  // Others on this machine may have any of them.
  for (const port of [first, second]) assert.ok(port >= 8528 && port % 100 === 28, `${port}`)
  assert.ok(second > first)
  assert.match(readFileSync(join(folder, 'catapa-sidecar-new', 'settings.env'), 'utf8'), /^CATAPA_TENANT=\r\n/)
})

test('a port that somebody listens on is not given', async (t) => {
  const folder = programData(t, { 'catapa-sidecar-new': '', 'catapa-sidecar-taken': '' })
  const own = join(folder, 'catapa-sidecar-new')
  const port = await portGiven(own)
  const server = createServer()
  t.after(() => server.close())
  // Where somebody else was faster it is taken as well.
  await new Promise<void>((resolve) => {
    server.once('error', () => resolve()).listen(port + 1, '127.0.0.1', () => resolve())
  })
  rmSync(own, { recursive: true })
  assert.ok((await portGiven(join(folder, 'catapa-sidecar-taken'))) > port)
})
