import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { tenSecondsLater } from '../../../support/admin.ts'
import { inBrowser } from '../../../support/browser.ts'
import { callersScene, callOf, longPause, work } from '../../../support/callers-scene.ts'
import { idleShares, paused, someWait } from '../../../support/idle-shares.ts'
import { loginWith, store } from '../../../support/login.ts'
import {
  healthy,
  newPage,
  nobody,
  type OpenPage,
  openPage,
  outage,
  reads,
  rejected,
  storeDown,
  unreachable,
} from '../../../support/page.ts'
import { json, listenOnFreePort } from '../../../support/sidecar.ts'

function calm({ errors, requested }: OpenPage, adminUrl: string): void {
  assert.deepEqual(errors, [])
  assert.ok(requested.length >= 10, 'the page, its style, its scripts, its events')
  assert.deepEqual(
    requested.filter((url) => !url.startsWith(`${adminUrl}/`)),
    [],
  )
}

inBrowser(
  'a sidecar with a token is shown as working, with everything that is known of it, from nowhere else',
  async (t, browser) => {
    const scene = await healthy(t)
    const opened = await openPage(t, browser, scene.adminUrl)
    const { page } = opened
    assert.equal(await page.locator('#headline-title').textContent(), 'It works')
    assert.equal(await page.title(), 'It works – catapa-sidecar')
    assert.match(await reads(page, '#headline-sentence', /token/), /CATAPA accepts this sidecar/)
    const text = await page.locator('body').innerText()
    for (const fact of ['demo-client', 'environment', 'Node 20', 'GET /core/v1/employees/{id}/payslip', 'PHP/8.4']) {
      assert.ok(text.includes(fact === 'Node 20' ? `Node ${process.version.slice(1)}` : fact), fact)
    }
    await page.locator('summary').click()
    assert.match(
      await page.locator('#settings tr').first().innerText(),
      /CATAPA_BASE_URL\s+http:.*default: https:\/\/api/s,
    )
    assert.match(await reads(page, '#settings', /CATAPA_CLIENT_SECRET/), /CATAPA_CLIENT_SECRET\(set, not shown\)/)
    assert.equal(await page.locator('#recent-rows tr').count(), 4)
    calm(opened, scene.adminUrl)
  },
)

inBrowser(
  'nothing personal and no secret reaches the page: ids, query values, tokens, the client secret',
  async (t, browser) => {
    const scene = await healthy(t)
    const { page } = await openPage(t, browser, scene.adminUrl)
    const all = (await page.content()) + (await (await fetch(scene.adminUrl)).text())
    assert.ok(all.includes('/core/v1/employees/{id}'), 'the control: what may be shown is there')
    for (const value of ['budi', '8f3c2a10', 'size=2', 'issued-token', 'demo-secret']) {
      assert.ok(!all.includes(value), value)
    }
  },
)

inBrowser(
  'the page is live: the countdown moves, and a call that a program makes appears by itself',
  async (t, browser) => {
    const scene = await healthy(t)
    const opened = await openPage(t, browser, scene.adminUrl)
    const { page } = opened
    const before = await reads(page, '#countdown', /min \d+ s/)
    await reads(page, '#countdown', new RegExp(`^(?!${before}$)`))
    await scene.call('/core/v1/companies', 'late-program/1.0')
    assert.match(
      await reads(page, '#recent-rows tr:first-child', /companies/),
      /GET \/core\/v1\/companies.*late-program/,
    )
    assert.match(await reads(page, '#traffic', /5 calls/), /5 calls/)
    assert.match(await reads(page, '#rate-summary', /5 calls/), /none failed/)
    calm(opened, scene.adminUrl)
  },
)

inBrowser('who waits for whom is there while somebody waits or a pause lasts, and only then', async (t, browser) => {
  const scene = await callersScene(t)
  const { page, errors } = await openPage(t, browser, scene.adminUrl)
  const section = page.locator('#shares')
  assert.equal(await section.isVisible(), false)
  scene.current.shares = someWait
  await section.waitFor({ state: 'visible' })
  assert.deepEqual(await page.locator('#share-rows tr').allInnerTexts(), [
    'payroll-export\t940\t60\tall 64 connections to CATAPA are in use; callers take turns',
    'intranet\t1\t4\tall 64 connections to CATAPA are in use; callers take turns',
  ])
  scene.current.shares = paused
  assert.match(
    await reads(page, '#shares-summary', /pause/),
    /"too many requests" \(429\) at .* for any caller\. 995 calls/,
  )
  scene.current.shares = idleShares
  await section.waitFor({ state: 'hidden' })
  assert.deepEqual(errors, [])
})

inBrowser(
  'rejected credentials: the page says so, whose fault it is and what to do, and shows when they work again',
  async (t, browser) => {
    const scene = await rejected(t)
    const opened = await openPage(t, browser, scene.adminUrl)
    const { page } = opened
    await reads(page, '#headline-title', /CATAPA refuses the credentials/)
    assert.match(await reads(page, '#headline-remedy', /./), /What to do: Check CATAPA_CLIENT_SECRET first/)
    assert.match(await reads(page, '#credentials', /refused/), /demo-client/)
    const error = await reads(page, '#errors', /credentials_rejected/)
    assert.match(error, /Most likely cause: the configuration/)
    assert.match(await reads(page, '#recent-rows', /./), /503sidecar: credentials_rejected/)
    scene.catapa.token = 'issue'
    await page.getByRole('button', { name: 'Refresh the token' }).click()
    await reads(page, '#headline-title', /^It works$/)
    calm(opened, scene.adminUrl)
  },
)

inBrowser(
  'in a pause of CATAPA the headline is amber, with its end, a countdown that is not read out, and who has sent most',
  async (t, browser) => {
    const scene = await longPause(t)
    const opened = await openPage(t, browser, scene.adminUrl)
    const { page } = opened
    await reads(page, '#headline-title', /^CATAPA has asked for a pause until \d\d:\d\d:\d\d$/)
    assert.equal(await page.locator('#headline').getAttribute('data-condition'), 'warning')
    assert.match(await page.title(), /^CATAPA has asked for a pause until/)
    assert.match(
      await reads(page, '#headline-sentence', /./),
      /Of the last 4 calls that CATAPA got, 3 came from payroll-export\./,
    )
    const before = await reads(page, '#headline-left', /^(1 h )?\d+ min \d+ s left\.$/)
    await reads(page, '#headline-left', new RegExp(`^(?!${before})`))
    assert.equal(await page.locator('[role="status"] #headline-left').count(), 0)
    calm(opened, scene.adminUrl)
  },
)

inBrowser(
  'while the store of the shared token is down there is an amber notice, and no green headline',
  async (t, browser) => {
    const scene = await storeDown(t)
    const opened = await openPage(t, browser, scene.adminUrl)
    const { page } = opened
    await reads(page, '#headline-title', /^It works, but the token is not shared for now$/)
    assert.equal(await page.locator('#headline').getAttribute('data-condition'), 'warning')
    assert.match(await reads(page, '#headline', /./), /refused the connection.*What to do: Check SIDECAR_CACHE_URL/s)
    assert.match(await reads(page, '#access', /Shared/), /not for now: redis:\/\/127\.0\.0\.1:9/)
    calm(opened, scene.adminUrl)
  },
)

inBrowser(
  'a page whose script does not come claims nothing, and says after a while that it could not be loaded',
  async (t, browser) => {
    const scene = await healthy(t)
    const page = await newPage(t, browser)
    await page.route('**/browser/main.js', (route) => route.abort())
    await page.goto(scene.adminUrl)
    assert.doesNotMatch(await page.locator('body').innerText(), /Nothing since the start|No program has called/)
    const delay = "getComputedStyle(document.querySelector('#not-loaded')).animationDelay"
    assert.equal(await page.evaluate(delay), '10s')
    await page.locator('#not-loaded').waitFor({ state: 'visible' })
    assert.match(await page.locator('#not-loaded').innerText(), /could not load its script\. Reload it/)
    await page.unroute('**/browser/main.js')
    await page.reload()
    await reads(page, '#headline-title', /^It works$/)
    assert.equal(await page.locator('#not-loaded').count(), 0)
  },
)

inBrowser('on a phone five of the last calls are shown, and all of them when they are wanted', async (t, browser) => {
  const scene = await callersScene(t)
  for (let i = 0; i < 12; i++) scene.finished(callOf('time-clock'))
  const { page } = await openPage(t, browser, scene.adminUrl, { viewport: { width: 390, height: 844 } })
  await reads(page, '#recent-rows', /GET/)
  const shown = () => page.locator('#recent-rows tr:visible').count()
  assert.equal(await shown(), 5)
  await page.getByRole('button', { name: 'Show all of the last calls' }).click()
  assert.equal(await shown(), 12)
  assert.equal(await page.locator('#unfold').isVisible(), false)
  await page.setViewportSize({ width: 1280, height: 900 })
  assert.equal(await shown(), 12)
})

inBrowser(
  'nobody has logged in: the page says so with the command, and as whom once somebody has',
  async (t, browser) => {
    const scene = await nobody(t)
    const opened = await openPage(t, browser, scene.adminUrl)
    const { page } = opened
    await reads(page, '#headline-title', /^A person has to log in$/)
    assert.match(await reads(page, '#headline-remedy', /./), /What to do: Log in as the user .*: catapa-sidecar login/)
    assert.match(await reads(page, '#credentials', /./), /On behalf of\s*nobody/)
    await store(scene.stateDir, loginWith(scene.catapa.url, 'any-refresh-token-4711'))
    await reads(page, '#headline-title', /^It works$/)
    assert.match(await reads(page, '#credentials', /./), /On behalf of\s*Maya Contohadi\s*Logged in/)
    calm(opened, scene.adminUrl)
  },
)

inBrowser(
  'an outage: without a token, and with one but without CATAPA, the page says what is missing',
  async (t, browser) => {
    const down = await outage(t)
    const first = await openPage(t, browser, down.adminUrl)
    await reads(first.page, '#headline-title', /^No access to CATAPA$/)
    assert.match(await reads(first.page, '#headline-sentence', /./), /token endpoint answered with status 503/)
    assert.match(
      await reads(first.page, '#headline-remedy', /./),
      /the sidecar keeps trying.* run: catapa-sidecar doctor \(with the settings of this sidecar\)/,
    )
    assert.match(await reads(first.page, '#errors', /./), /Most likely cause: CATAPA\./)
    calm(first, down.adminUrl)

    const cut = await unreachable(t)
    const second = await openPage(t, browser, cut.adminUrl)
    await reads(second.page, '#headline-title', /^CATAPA could not be reached$/)
    assert.match(await reads(second.page, '#headline-sentence', /./), /CATAPA \(127\.0\.0\.1:1\) could not be reached/)
    assert.match(await reads(second.page, '#headline-remedy', /./), /Check the network/)
    assert.match(await reads(second.page, '#countdown', /./), /min/)
    calm(second, cut.adminUrl)
  },
)

inBrowser(
  'the button works by keyboard, keeps the focus, cannot be pressed twice at a time, and tells the outcome',
  async (t, browser) => {
    const scene = await healthy(t)
    const opened = await openPage(t, browser, scene.adminUrl)
    const { page } = opened
    await page.keyboard.press('Tab') // The switch of the language comes first.
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.id'), 'refresh')
    assert.equal(
      await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'),
      'solid',
      'the focus is visible',
    )
    scene.catapa.token = 'hang'
    await page.keyboard.press('Enter')
    await reads(page, '#refresh-outcome', /Asking CATAPA/)
    assert.equal(await page.locator('#refresh').getAttribute('aria-disabled'), 'true')
    await page.keyboard.press('Enter')
    await reads(page, '#refresh-outcome', /No new token/)
    assert.equal(scene.catapa.tokenRequests, 2)
    assert.equal(await page.evaluate('document.activeElement.id'), 'refresh')
    scene.catapa.token = 'issue'
    tenSecondsLater(t)
    await page.keyboard.press('Space')
    await reads(page, '#refresh-outcome', /gave a token/)
    assert.equal(await page.locator('#refresh').getAttribute('aria-disabled'), null)
    assert.deepEqual(
      opened.errors.filter((error) => !error.includes('503')), // The browser itself reports the answer.
      [],
    )
  },
)

inBrowser('when the sidecar is gone the page says so, and when it is back it goes on by itself', async (t, browser) => {
  const scene = await healthy(t)
  const { page } = await openPage(t, browser, scene.adminUrl)
  await scene.stop()
  await reads(page, '#headline-title', /^The sidecar does not answer$/)
  assert.match(await page.title(), /does not answer/)
  await reads(page, '#countdown', /not known/)
  assert.equal(await page.locator('#refresh').getAttribute('aria-disabled'), 'true')
  const answer = await fetch(`${(await healthy(t)).adminUrl}/api/status`)
  const status = await json(answer)
  const revived = createServer((request, response) => {
    if (request.url === '/api/status')
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(status))
    else response.writeHead(503).end()
  })
  t.after(() => revived.close())
  revived.listen(scene.adminPort, '127.0.0.1')
  await reads(page, '#headline-title', /^It works$/)
  assert.equal(await page.locator('#refresh').getAttribute('aria-disabled'), null)
  assert.equal(await page.locator('#main').getAttribute('data-stale'), null)
  revived.closeAllConnections()
})

inBrowser('what comes from outside is text, never markup', async (t, browser) => {
  const scene = await healthy(t)
  const { page } = await openPage(t, browser, scene.adminUrl)
  const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
  const status = await json(fetch(`${scene.adminUrl}/api/status`))
  Object.assign(status.credentials, {
    tenant: evil,
    clientId: evil,
    from: { tenant: evil, clientId: evil, clientSecret: evil },
  })
  Object.assign(status.recent[0], { method: evil, path: evil, program: evil, problem: evil })
  status.token.failure = { code: evil, detail: evil, whose: 'caller', remedy: evil, at: status.at }
  status.errors = [{ ...status.token.failure, title: evil, count: 1, method: evil, path: evil }]
  status.settings = [{ name: evil, value: evil }]
  status.listeners.data = [evil]
  status.recent[0].wouldHaveBeenRefused = evil
  const keys = [{ digest: evil }]
  const caller = {
    name: evil,
    ways: ['key'],
    profiles: [evil],
    report: true,
    keys,
    calls: 1,
    refusals: 0,
    wouldBeRefusals: 0,
  }
  status.callers = { file: evil, since: status.at, problems: [evil], lines: [], unknownRefusals: 1, table: [caller] }
  await page.route('**/api/events', (route) => route.abort())
  await page.route('**/api/status', (route) => route.fulfill({ json: status }))
  await page.reload()
  await reads(page, '#recent-rows', /<img/)
  await reads(page, '#caller-rows', /<img/)
  await reads(page, '#headline', /<img/)
  assert.equal(await page.locator('img, main script').count(), 0)
  assert.notEqual(await page.title(), '1')
})

inBrowser(
  'with a callers file there is a table of callers, which follows their calls; banners for what is wrong or only reported',
  async (t, browser) => {
    const scene = await callersScene(t)
    work(scene)
    const opened = await openPage(t, browser, scene.adminUrl)
    const { page } = opened
    const table = page.getByRole('table', { name: /callers\.ini/ })
    assert.deepEqual(await table.getByRole('columnheader').allTextContents(), [
      ...['Caller', 'May do', 'Calls', 'Refused', 'Would be refused', 'Last seen'],
    ])
    const names = await table.getByRole('rowheader').locator('strong').allTextContents()
    assert.deepEqual(names, ['payroll-export', 'time-clock', 'intranet', 'other'])
    const row = (name: string) => table.getByRole('row').filter({ hasText: name }).innerText()
    assert.match(
      await row('payroll-export'),
      /key 5e3f01ab, last used .*key 77aa22cc, not used yet.*read-only\s+13\s+1\s+0\s+[\d:]+, by its key/s,
    )
    assert.match(await row('intranet'), /its Linux user.*\(reported only\)\s+1\s+0\s+1\s+[\d:]+, by its user/s)
    const banners = page.locator('#notices .notice')
    assert.deepEqual(await banners.locator('h2').allTextContents(), ['Restrictions are reported only: intranet'])
    await reads(page, '#recent-rows', /intranet, PHP\/8\.4.*CATAPA; would have been refused \(deny line 14\)/)

    scene.finished(callOf('time-clock', { how: 'listener' }))
    await reads(page, '#caller-rows tr:nth-child(2) td:nth-of-type(2)', /^2$/)
    scene.current.inUse = { ...scene.current.inUse, problems: ['line 3: no such profile', 'line 9: two sections'] }
    await reads(page, '#headline', /has problems.*line 3: no such profile.*line 9: two sections.*Correct the file/s)
    scene.current.inUse = { ...scene.current.inUse, problems: [] }
    await page.locator('#headline li').first().waitFor({ state: 'detached' })
    assert.equal(await banners.count(), 1)
    calm(opened, scene.adminUrl)
  },
)

inBrowser('without a callers file there is neither table nor banner', async (t, browser) => {
  const scene = await healthy(t)
  const { page } = await openPage(t, browser, scene.adminUrl)
  await reads(page, '#recent-rows', /GET/)
  assert.equal(await page.getByRole('heading', { name: 'Callers' }).count(), 0)
  assert.equal(await page.locator('#notices').isVisible(), false)
})

/** What a hostile page tries, as text: the types of tests know no browser. */
const attacks = `async (url) => {
  const attempt = (path, init) =>
    fetch(url + path, init).then((response) => response.type + ' ' + response.status, () => 'failed')
  const outcome = (thing, good) =>
    new Promise((resolve) => {
      thing[good] = () => resolve('loaded')
      thing.onerror = () => resolve('failed')
    })
  const load = (name, path) => {
    const element = Object.assign(document.createElement(name), { src: url + path })
    const loaded = outcome(element, 'onload')
    document.body.append(element)
    return loaded
  }
  await load('iframe', '/')
  return {
    page: await attempt('/'),
    status: await attempt('/api/status'),
    blind: await attempt('/api/token/refresh', { method: 'POST', mode: 'no-cors' }),
    marked: await attempt('/api/token/refresh', { method: 'POST', headers: { 'X-Catapa-Sidecar': '1' } }),
    image: await load('img', '/page/icon.svg'),
    script: await load('script', '/page/headline.js'),
    events: await outcome(new EventSource(url + '/api/events'), 'onopen'),
  }
}`

inBrowser('a page of another origin can read nothing, frame nothing and press nothing', async (t, browser) => {
  const scene = await healthy(t)
  const port = await listenOnFreePort(
    t,
    createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end('<title>evil</title>')),
  )
  const evil = await newPage(t, browser)
  await evil.goto(`http://127.0.0.1:${port}/`)
  const got = await evil.evaluate(`(${attacks})(${JSON.stringify(scene.adminUrl)})`)
  assert.deepEqual(got, {
    page: 'failed',
    status: 'failed',
    blind: 'opaque 0', // It was sent, and refused.
    marked: 'failed',
    image: 'failed',
    script: 'failed',
    events: 'failed',
  })
  const framed = evil.frames().find((frame) => frame !== evil.mainFrame())
  assert.ok(!((await framed?.content().catch(() => '')) ?? '').includes('headline'), 'the frame stays empty')
  assert.equal(scene.catapa.tokenRequests, 1)
})
