import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inBrowser } from '../../support/browser.ts'
import { longPause, workWithProblems } from '../../support/callers-scene.ts'
import { healthy, nobody, openPage, outage, reads, rejected, storeDown, unreachable } from '../../support/page.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Each rule that is broken, with the first element that breaks it. */
const scan = `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => [id, nodes[0]?.html]))`
const phone = { width: 360, height: 740 }
const wider = `[...document.querySelectorAll('main *')]
  .filter((element) => element.getBoundingClientRect().right > ${phone.width} + 0.5)
  .map(({ outerHTML }) => outerHTML.slice(0, 80))`

for (const [state, start] of Object.entries({
  healthy,
  rejected,
  outage,
  unreachable,
  callers: workWithProblems,
  longPause,
  storeDown,
  nobody,
  gone: healthy,
})) {
  inBrowser(
    `in the state "${state}" axe finds nothing to mend, light and wide, dark and on a phone, where nothing is wider than the screen`,
    async (t, browser) => {
      const scene = await start(t)
      const { page } = await openPage(t, browser, scene.adminUrl, { colorScheme: 'light', bypassCSP: true })
      await page.locator('summary').click()
      await reads(page, '#recent-rows', /GET/)
      if (state === 'gone') {
        await scene.stop()
        await page.locator('#link[data-link="gone"]').waitFor()
      }
      await page.evaluate(axe)
      assert.deepEqual(await page.evaluate(scan), [], 'light and wide')
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.setViewportSize(phone)
      assert.deepEqual(await page.evaluate(scan), [], 'dark and on a phone')
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), phone.width)
      assert.deepEqual(await page.evaluate(wider), [])
    },
  )
}

inBrowser('axe does find what is wrong: the control', async (t, browser) => {
  const scene = await healthy(t)
  const { page } = await openPage(t, browser, scene.adminUrl, { colorScheme: 'light', bypassCSP: true })
  await page.evaluate("document.querySelector('#refresh').textContent = ''; document.body.style.color = '#bbb'")
  await page.evaluate(axe)
  const found = JSON.stringify(await page.evaluate(scan))
  assert.match(found, /button-name/)
  assert.match(found, /color-contrast/)
})

inBrowser(
  'landmarks, one first heading, named sections and table captions: the page is there for a screen reader',
  async (t, browser) => {
    const scene = await healthy(t)
    const { page } = await openPage(t, browser, scene.adminUrl)
    for (const landmark of ['banner', 'main', 'contentinfo'] as const) {
      assert.equal(await page.getByRole(landmark).count(), 1, landmark)
    }
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1)
    assert.ok((await page.getByRole('region').count()) >= 7)
    const calls = page.getByRole('table', { name: /The last 20, newest first/ })
    assert.deepEqual(await calls.getByRole('columnheader').allTextContents(), ['At', 'Call', 'Answer', 'Time'])
    const chart = page.getByRole('img', { name: 'Calls in ten seconds' })
    assert.equal(await chart.getAttribute('aria-describedby'), 'rate-summary')
    // Only what changes seldom is announced: the verdict, banners, and the outcomes of buttons.
    assert.equal(await page.locator('[role="status"], [aria-live]').count(), 4)
    assert.equal(await page.locator('[role="status"] #countdown').count(), 0)
  },
)

inBrowser('light and dark follow the browser, and nothing moves', async (t, browser) => {
  const scene = await healthy(t)
  const { page } = await openPage(t, browser, scene.adminUrl)
  await page.emulateMedia({ colorScheme: 'light' })
  const brightness = async () => {
    const color = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
    return Number(/\d+/.exec(color)?.[0])
  }
  assert.ok((await brightness()) > 200)
  await page.emulateMedia({ colorScheme: 'dark' })
  assert.ok((await brightness()) < 50)
  assert.equal(await page.evaluate('document.getAnimations().length'), 0)
})
