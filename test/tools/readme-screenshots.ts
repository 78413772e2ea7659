// Takes the READMEs' pictures of the status page, docs/status-page-light.png and -dark.png, and those of the Indonesian one, which
// end in .id.png: npm run screenshots
// It is the page of `demo` after ten minutes of calls, which are really made. Most of these minutes are skipped: the clock is
// pushed back at first, and true in the last one, in which the sidecar compares its clock with the sandbox's.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { startSandbox } from '../../src/commands/sandbox.ts'
import { readDemoConfig } from '../../src/settings/read-config.ts'
import { startSidecar } from '../../src/sidecar/sidecar.ts'
import '../support/indonesian.ts'
import { launchBrowser, openPage } from '../support/page.ts'
import { root } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

const stepMs = 10_000
const steps = 60
const trueSteps = 8
const failingSteps = new Set([21, 22, 23])
const calls = [
  ['/core/v1/employees?size=50', 'payroll-export/2.1'],
  ['/v1/users/me', 'PHP/8.4'],
  ['/core/v1/companies', 'curl/8.14.1'],
  ['/core/v1/employees?size=2', 'Java/17.0.21'],
] as const

const width = 1000

let pushedMs = 0
const [wall, mono] = [Date.now, performance.now.bind(performance)]
Date.now = () => wall() + pushedMs
performance.now = () => mono() + pushedMs
/** A second after the beginning of a column of the charts. The first true one is some time off, for those before it. */
const trueAt = Math.ceil((wall() + 30_000) / stepMs) * stepMs + 1000

const settings = readDemoConfig({ SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: 'localhost:0' })
const sandbox = await startSandbox(settings.sandbox)
const sandboxUrl = new URL(sandbox.addresses[0] ?? '')
pushTo(0)
const sidecar = await startSidecar(settings.sidecarOf(sandboxUrl), pino({ level: 'silent' }))
await eventually(() => sidecar.tokens.state().valid, 'a token', 20_000)

for (let step = 0; step < steps; step += 1) {
  if (step < steps - trueSteps) pushTo(step)
  else await reach(step)
  const latencyMs = Math.round(60 + 30 * Math.sin(step / 9) + ((step * 31) % 17))
  await behave({ latencyMs })
  if (failingSteps.has(step)) {
    await behave({ resets: { count: 2 } }) // One call: a GET is tried twice.
    await call(0)
  }
  const count = Math.round(9 + 6 * Math.sin(step / 6) + ((step * 7) % 4))
  await Promise.all(Array.from({ length: count }, (_, i) => call(step + i)))
}

const browser = await launchBrowser()
const t = { after() {} }
for (const [colorScheme, locale, ending] of [
  ['light', 'en-GB', 'png'],
  ['dark', 'en-GB', 'png'],
  ['light', 'id-ID', 'id.png'],
  ['dark', 'id-ID', 'id.png'],
] as const) {
  const options = { colorScheme, locale, viewport: { width, height: 1000 } }
  const { page } = await openPage(t, browser, sidecar.adminAddresses[0] ?? '', options)
  await page.evaluate("document.documentElement.style.zoom = '0.9'") // Three columns, within what GitHub shows.
  const last = await page.locator('section[aria-labelledby="errors-title"]').boundingBox()
  const height = Math.ceil((last?.y ?? 0) + (last?.height ?? 0)) + 16
  const clip = { x: 0, y: 0, width, height }
  await page.screenshot({ path: join(root, `docs/status-page-${colorScheme}.${ending}`), fullPage: true, clip })
  await page.close()
}
await browser.close()
await sidecar.stop()
await sandbox.stop()

function atStep(step: number): number {
  return trueAt + (step - steps + trueSteps) * stepMs
}

function pushTo(step: number): void {
  pushedMs = atStep(step) - wall()
}

async function reach(step: number): Promise<void> {
  pushedMs = 0
  await sleep(Math.max(0, atStep(step) - wall()))
}

async function behave(faults: Record<string, unknown>): Promise<void> {
  await fetch(new URL('/sandbox/faults', sandboxUrl), { method: 'PATCH', body: JSON.stringify(faults) })
}

async function call(turn: number): Promise<void> {
  const [path, program] = calls[turn % calls.length] ?? calls[0]
  const response = await fetch(`${sidecar.addresses[0]}${path}`, { headers: { 'User-Agent': program } })
  await response.arrayBuffer()
}
