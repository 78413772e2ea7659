import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inBrowser } from '../../../support/browser.ts'
import { workWithProblems } from '../../../support/callers-scene.ts'
import { englishIn } from '../../../support/indonesian.ts'
import { healthy, openPage, reads } from '../../../support/page.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const scan = `axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => [id, nodes[0]?.html]))`
const phone = { width: 360, height: 740 }
const wider = `[...document.querySelectorAll('.top *, main *')]
  .filter((element) => element.getBoundingClientRect().right > ${phone.width} + 0.5)
  .map(({ outerHTML }) => outerHTML.slice(0, 80))`

inBrowser('the switch changes the language, there and back, and its cookie keeps it', async (t, browser) => {
  const { adminUrl } = await healthy(t)
  const { page, errors, requested } = await openPage(t, browser, adminUrl, { locale: 'en-GB' })
  assert.equal(await page.locator('#headline-title').textContent(), 'It works')
  assert.ok(!requested.some((url) => url.includes('.id.js') || url.includes('language=')), 'nothing is loaded of it')
  await page.getByRole('button', { name: 'Bahasa Indonesia' }).click()
  await reads(page, '#headline-title', /^Berfungsi$/)
  assert.equal(await page.title(), 'Berfungsi – catapa-sidecar')
  await reads(page, '#countdown', /\d+ mnt \d+ dtk/)
  assert.deepEqual(
    (await page.context().cookies()).map(({ name, value, sameSite, path }) => ({ name, value, sameSite, path })),
    [{ name: 'language', value: 'id', sameSite: 'Strict', path: '/' }],
  )
  await page.getByRole('button', { name: 'Perbarui token' }).click()
  await reads(page, '#refresh-outcome', /^CATAPA menerima kredensial dan memberi token\. \([\d:]+\)$/)
  await page.getByRole('button', { name: 'English' }).click()
  await reads(page, '#headline-title', /^It works$/)
  assert.deepEqual(errors, [])
})

inBrowser('a browser that would rather have Indonesian gets it, with nothing English on it', async (t, browser) => {
  const scene = await healthy(t)
  const { page, errors } = await openPage(t, browser, scene.adminUrl, { locale: 'id-ID', colorScheme: 'light' })
  await page.locator('summary').click()
  await reads(page, '#recent-rows', /GET/)
  await page.locator('#settings').evaluate((settings) => settings.replaceChildren()) // Values, as they are set.
  assert.deepEqual(englishIn(await page.locator('body').innerText()), [])
  await scene.stop()
  await reads(page, '#headline-title', /^Sidecar tidak merespons$/)
  assert.deepEqual(englishIn(await page.locator('body').innerText()), [])
  assert.ok(
    errors.every((error) => error.includes('net::')),
    errors.join(),
  )
})

inBrowser(
  'axe finds nothing to mend in the Indonesian page, and on a phone nothing is too wide',
  async (t, browser) => {
    const { adminUrl } = await workWithProblems(t)
    const options = { locale: 'id-ID', colorScheme: 'light', bypassCSP: true } as const
    const { page } = await openPage(t, browser, adminUrl, options)
    await page.locator('summary').click()
    await reads(page, '#recent-rows', /GET/)
    await page.evaluate(axe)
    assert.deepEqual(await page.evaluate(scan), [], 'light and wide')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize(phone)
    assert.deepEqual(await page.evaluate(scan), [], 'dark and on a phone')
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), phone.width)
    assert.deepEqual(await page.evaluate(wider), [])
  },
)
