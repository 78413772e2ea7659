// One Chromium for all test files of a process: its start costs more than most of what is done with it.
import { after, type TestContext, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './page.ts'
import { type Package, without } from './programs.ts'

/** Known to this browser alone: where somebody else's page is, and a name of `SIDECAR_ALLOWED_HOSTS`. */
export const elsewhere = 'shop.example'
export const allowedName = 'sidecar.corp.example'

let launched: Promise<Browser> | undefined
after(async () => (await launched)?.close())

export function theBrowser(): Promise<Browser> {
  const names = [elsewhere, allowedName].map((name) => `MAP ${name} 127.0.0.1`)
  launched ??= launchBrowser('--no-proxy-server', `--host-resolver-rules=${names.join(', ')}`)
  return launched
}

/** A test that is skipped where there is no Chromium, or something else that it `needs`. */
export function inBrowser(
  name: string,
  sentence: (t: TestContext, browser: Browser) => Promise<void>,
  { needs = [], skip = false }: { needs?: Package[]; skip?: string | false } = {},
): void {
  test(name, { skip: without('chromium', ...needs) || skip, timeout: 240_000 }, async (t) =>
    sentence(t, await theBrowser()),
  )
}
