import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Config } from '../../src/settings/config.ts'
import { type Administered, type Catapa, startAdministered, startCatapa } from './admin.ts'
import { stateFolder } from './login.ts'
import type { Ending } from './sidecar.ts'
import { eventually } from './wire.ts'

const executablePath = '/usr/bin/chromium'

export function launchBrowser(...more: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A process for each site costs a quarter of a second whenever a page goes elsewhere, and no rule of the web hangs on it.
      '--disable-site-isolation-trials',
      '--renderer-process-limit=1',
      '--in-process-gpu',
      ...more,
    ],
  })
}

export type OpenPage = {
  page: Page
  /** Messages of errors, and where each request went. */
  errors: string[]
  requested: string[]
}

const windows = new WeakMap<Browser, Map<string, Promise<BrowserContext>>>()

/**
 * A new window costs Chromium a second of processor, a page in one a fifth of that: pages with the same options share a window, which
 * a blank page keeps open.
 */
function windowOf(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const open = windows.get(browser) ?? new Map<string, Promise<BrowserContext>>()
  windows.set(browser, open)
  const key = JSON.stringify(options)
  const found = open.get(key) ?? newWindow(browser, options)
  open.set(key, found)
  return found
}

async function newWindow(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(100_000)
  await context.newPage()
  return context
}

/** An empty page. It begins without cookies, and no two tests have an origin in common: nothing else would outlast it. */
export async function newPage(t: Ending, browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await windowOf(browser, options)
  const page = await context.newPage()
  t.after(async () => {
    await page.close()
    await context.clearCookies()
  })
  return page
}

/** Opens the status page and waits until it has heard from the sidecar. */
export async function openPage(
  t: Ending,
  browser: Browser,
  adminUrl: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const page = await newPage(t, browser, options)
  const errors: string[] = []
  const requested: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('request', (request) => requested.push(request.url()))
  await page.goto(`${adminUrl}/`)
  await page.locator('#link[data-link="live"]').waitFor()
  return { page, errors, requested }
}

/** Waits until the text of an element matches. */
export async function reads(page: Page, selector: string, pattern: RegExp): Promise<string> {
  const found = page.locator(selector)
  await found.filter({ hasText: pattern }).first().waitFor({ state: 'attached' })
  return (await found.textContent()) ?? ''
}

export type Scene = Administered & { catapa: Catapa; call(path: string, program?: string): Promise<number> }

/** A sidecar with a token, and a few calls behind it. */
export async function healthy(t: Ending): Promise<Scene> {
  const scene = await stage(t)
  await eventually(() => scene.tokens.state().valid, 'a token')
  await scene.call('/core/v1/employees?size=2', 'curl/8.14.1')
  await scene.call('/core/v1/employees/8f3c2a10-aaaa-4bbb-8ccc-0123456789ab/payslip', 'payroll-export/2.1')
  scene.catapa.status = 404
  await scene.call('/core/v1/employees/budi.santoso@example.com', 'PHP/8.4')
  scene.catapa.status = 200
  await scene.call('/v1/users/me')
  return scene
}

/** CATAPA refuses the client from the beginning, and a program has met that. */
export async function rejected(t: Ending): Promise<Scene> {
  const scene = await stage(t, { token: 'refuse' })
  await eventually(() => scene.tokens.state().failure !== undefined, 'a refusal')
  await scene.call('/core/v1/employees', 'payroll-export/2.1')
  return scene
}

/** The token endpoint fails, so that there is no token at all. */
export async function outage(t: Ending): Promise<Scene> {
  const scene = await stage(t, { token: 'fail' })
  await eventually(() => scene.tokens.state().failure !== undefined, 'a failure')
  await scene.call('/core/v1/employees', 'payroll-export/2.1')
  return scene
}

/** There is a token, but nothing answers where CATAPA's API should be. */
export async function unreachable(t: Ending): Promise<Scene> {
  const scene = await stage(t, {}, (url) => ({
    baseUrl: new URL('http://127.0.0.1:1'),
    tokenUrl: new URL('/oauth/token', url),
  }))
  await eventually(() => scene.tokens.state().valid, 'a token')
  await scene.call('/core/v1/employees', 'payroll-export/2.1')
  return scene
}

/** CATAPA has just asked for a pause of 50 s, after some calls of two programs. */
export async function inPause(t: Ending): Promise<Scene> {
  const scene = await stage(t, {}, () => ({ holdMs: 0 }))
  await eventually(() => scene.tokens.state().valid, 'a token')
  for (let i = 0; i < 3; i++) await scene.call('/core/v1/employees', 'payroll-export/2.1')
  scene.catapa.status = 429
  scene.catapa.retryAfter = 50
  await scene.call('/core/v1/companies', 'PHP/8.4')
  await scene.call('/core/v1/employees', 'payroll-export/2.1')
  return scene
}

/** The store of the shared token cannot be used. */
export async function storeDown(t: Ending): Promise<Scene> {
  const scene = await stage(t, {}, () => ({ cacheUrl: new URL('redis://127.0.0.1:9') }))
  await eventually(() => scene.tokens.state().valid, 'a token')
  await scene.call('/core/v1/employees', 'payroll-export/2.1')
  await eventually(() => scene.log.some(({ store, level }) => store !== undefined && level === 40), 'that it is told')
  return scene
}

/** Calls are to be made on behalf of a person, and nobody has logged in; `stateDir` is where the login would be. */
export async function nobody(t: Ending): Promise<Scene & { stateDir: string }> {
  const stateDir = stateFolder(t)
  const scene = await stage(t, {}, () => ({ grant: 'authorization_code', stateDir }))
  await eventually(() => scene.tokens.state().failure !== undefined, 'that a login is required')
  await scene.call('/core/v1/employees', 'payroll-export/2.1')
  return { ...scene, stateDir }
}

async function stage(
  t: Ending,
  given: Partial<Catapa> = {},
  overrides: (url: string) => Partial<Config> = () => ({}),
): Promise<Scene> {
  const catapa = await startCatapa(t, given)
  const sidecar = await startAdministered(t, catapa.url, {
    tokenWaitMs: 300,
    tokenTimeoutMs: 20_000,
    ...overrides(catapa.url),
  })

  async function call(path: string, program?: string): Promise<number> {
    const headers = program === undefined ? {} : { 'User-Agent': program }
    const response = await fetch(sidecar.url + path, { headers })
    await response.arrayBuffer()
    return response.status
  }

  return { ...sidecar, catapa, call }
}
