// Takes pictures of the status page in every state and on a phone, for people to look at:
// node build/test/tools/page-screenshots.js FOLDER. The two of the README: npm run screenshots
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import type { Status } from '../../src/admin/status/status.ts'
import { callersScene, longPause, work, workWithProblems } from '../support/callers-scene.ts'
import { paused, someWait } from '../support/idle-shares.ts'
import {
  healthy,
  launchBrowser,
  nobody,
  openPage,
  outage,
  rejected,
  type Scene,
  storeDown,
  unreachable,
} from '../support/page.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('which FOLDER?')
mkdirSync(folder, { recursive: true })

const looks: Record<string, BrowserContextOptions> = {
  light: { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 },
}

const ends: (() => unknown)[] = []
const t = { after: (end: () => unknown) => ends.unshift(end) }
const browser = await launchBrowser()
ends.unshift(() => browser.close())

for (const [name, start] of Object.entries({
  healthy,
  rejected,
  outage,
  unreachable,
  nobody,
  callers: workWithProblems,
  longPause,
  storeDown,
})) {
  const scene = await start(t)
  for (const [look, options] of Object.entries(looks)) await shoot(scene, `${name}-${look}`, options)
}
for (const [name, shares] of Object.entries({ waiting: someWait, paused })) {
  const scene = await callersScene(t)
  work(scene)
  scene.current.shares = shares
  for (const [look, options] of Object.entries(looks)) await shoot(scene, `${name}-${look}`, options)
}
const scene = await healthy(t)
for (const [look, options] of Object.entries(looks)) await shoot(scene, `busy-${look}`, options, busy)
for (const [look, options] of Object.entries(looks)) {
  const ending = await healthy(t)
  await shoot(ending, `gone-${look}`, options, async (page) => {
    await ending.stop()
    await page.locator('#link[data-link="gone"]').waitFor()
  })
}
for (const end of ends) await end()

async function shoot(
  { adminUrl }: Pick<Scene, 'adminUrl'>,
  name: string,
  options: BrowserContextOptions,
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<void> {
  const { page } = await openPage(t, browser, adminUrl, options)
  await prepare(page)
  await page.screenshot({ path: join(folder ?? '', `${name}.png`), fullPage: true })
  await page.close()
}

/** Ten minutes of traffic, which nobody wants to wait for. */
async function busy(page: Page): Promise<void> {
  await page.route('**/api/events', (route) => route.abort())
  await page.route('**/api/status', async (route) => {
    const response = await route.fetch()
    const status: Status = await response.json()
    const now = Math.floor(Date.now() / 10_000) * 10_000
    status.traffic.points = Array.from({ length: 60 }, (_, i) => {
      const requests = Math.round(20 + 15 * Math.sin(i / 6) + ((i * 7919) % 11))
      const meanMs = 80 + 40 * Math.sin(i / 9) + ((i * 104729) % 37)
      const failed = i > 40 && i < 46 ? Math.round(requests / 3) : 0
      return {
        at: new Date(now - (59 - i) * 10_000).toISOString(),
        requests,
        failed,
        meanMs,
        meanWaitedMs: 0,
        maxMs: meanMs * (2 + ((i * 31) % 5)),
      }
    })
    await route.fulfill({ response, json: status })
  })
  await page.reload()
  await page.locator('#link[data-link="live"]').waitFor()
}
