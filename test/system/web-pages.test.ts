// What a web page can do with the sidecar, in Chromium. A plain server that guards nothing is called in the same way each
// time: what works there must not work here.
import assert from 'node:assert/strict'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { listenOnAll } from '../../src/network/listen.ts'
import type { Config } from '../../src/settings/config.ts'
import { type Administered, startAdministered, startCatapa } from '../support/admin.ts'
import { allowedName, elsewhere, inBrowser, theBrowser } from '../support/browser.ts'
import { newPage, openPage } from '../support/page.ts'
import {
  type Ending,
  json,
  listenOnFreePort,
  type Received,
  startTestSidecar,
  startUpstream,
} from '../support/sidecar.ts'
import { eventually, sleep } from '../support/wire.ts'

/** How the foreign page calls an address; each settles once it is known what became of it. */
const script = `
const settled = (element, url) => new Promise((resolve) => {
  element.onload = element.onerror = () => resolve(element)
  element.src = url
  document.body.append(element)
})
const ways = {
  image: (url) => settled(new Image(), url),
  frame: (url) => settled(document.createElement('iframe'), url),
  fetch: (url) => fetch(url, { mode: 'no-cors' }).catch(() => {}),
  link: (url) => setTimeout(() => location.assign(url)),
  form: (url) => {
    const form = Object.assign(document.createElement('form'), { method: 'POST', action: url })
    document.body.append(form)
    setTimeout(() => form.submit())
  },
}
async function readAll(url) {
  const { contentDocument } = await ways.frame(url)
  const opaque = await fetch(url, { mode: 'no-cors' })
  const tried = (init) => fetch(url, init).then((answer) => answer.text(), () => 'failed')
  return [
    contentDocument === null ? 'nothing' : contentDocument.body.textContent,
    opaque.type + ' ' + await opaque.text(),
    await tried({}), await tried({ method: 'DELETE' }), await tried({ method: 'POST', body: '{}' }),
  ]
}`
const fromWithin = ['image', 'frame', 'fetch'] as const
const leaving = ['link', 'form'] as const
type Way = (typeof fromWithin)[number] | (typeof leaving)[number]

/** The page of another origin. That it comes from loopback is the worst case: the browser itself stops nothing then. */
async function foreignPage(t: Ending): Promise<string> {
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><body><script>${script}</script>`),
  )
  return `http://${elsewhere}:${await listenOnFreePort(t, server)}/`
}

/** Lets the foreign page call, which is opened unless it still is. */
async function call(page: Page, from: string, way: Way, url: string): Promise<void> {
  if (page.url() !== from) await page.goto(from)
  const loaded = leaving.some((it) => it === way) ? page.waitForEvent('load') : undefined
  await page.evaluate(`(async () => { await ways.${way}('${url}') })()`)
  await loaded
}

/** The status of what a foreign page leads to, or takes into a frame. Of the other ways Chromium shows none. */
async function status(page: Page, from: string, way: 'frame' | (typeof leaving)[number], url: string): Promise<number> {
  const answered = page.waitForResponse((response) => response.url() === new URL(url).href)
  const [response] = await Promise.all([answered, call(page, from, way, url)])
  return response.status()
}

/** A server that guards nothing, listening as a sidecar would. */
async function plainServer(t: Ending, listen: Config['listen'], answer: RequestListener): Promise<number> {
  const { addresses, servers } = await listenOnAll(listen, () => createServer(answer))
  t.after(() => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  })
  return Number(addresses[0]?.split(':').at(-1))
}

const loopback: Config['listen'] = [{ kind: 'localhost', port: 0 }]
const addresses = Object.values(networkInterfaces()).flat()
const hasIPv6 = addresses.some((address) => address?.address === '::1')
const ownAddress = addresses.find((address) => address?.family === 'IPv4' && !address.internal)?.address
const withoutNetwork = ownAddress === undefined && process.env.CI === undefined ? 'this machine has no network' : false

/** How many requests ended with a problem. */
async function refused({ adminUrl }: Administered, problem: string): Promise<number> {
  const { errors } = await json(fetch(`${adminUrl}/api/status`))
  return errors.find(({ code }: { code: string }) => code === problem)?.count ?? 0
}

/** What a page that was opened asks for by itself, in the name of its own origin. */
const isIcon = ({ url }: { url?: string | undefined }) => url === '/favicon.ico'

/** Lets the foreign page call each host in each way: a plain server gets all of it, the sidecar refuses all of it. */
async function callFromElsewhere(t: TestContext, hosts: string[], site: string, problem: string): Promise<void> {
  const upstream = await startUpstream(t)
  const sidecar = await startAdministered(t, upstream.url)
  const expected = problem === 'host_not_allowed' ? 421 : 403
  const calls: string[] = []
  const plainPort = await plainServer(t, loopback, (request, response) => {
    if (!isIcon(request)) calls.push(`${request.method} ${request.headers['sec-fetch-site'] ?? 'unsaid'}`)
    response.end('ok')
  })
  const from = await foreignPage(t)
  const page = await newPage(t, await theBrowser())
  for (const way of fromWithin) {
    for (const host of hosts) {
      await call(page, from, way, `http://${host}:${plainPort}/x`)
      assert.equal(calls.at(-1), `GET ${site}`, `${way} ${host}`)
      await call(page, from, way, `http://${host}:${sidecar.port}/x`)
    }
  }
  assert.equal(calls.length, hosts.length * fromWithin.length)
  for (let tries = 0; tries < 100 && (await refused(sidecar, problem)) < calls.length; tries++) await sleep(20)
  assert.ok((await refused(sidecar, problem)) >= calls.length) // After a 421 Chromium asks once more.
  for (const way of leaving) {
    for (const host of hosts) {
      await call(page, from, way, `http://${host}:${plainPort}/x`)
      assert.equal(calls.at(-1), `${way === 'form' ? 'POST' : 'GET'} ${site}`, `${way} ${host}`)
      assert.equal(await status(page, from, way, `http://${host}:${sidecar.port}/x`), expected, `${way} ${host}`)
    }
  }
  for (const way of ['frame', ...leaving] as const) {
    for (const path of ['/', '/api/status', '/metrics']) {
      const given = await status(page, from, way, `http://${hosts[0]}:${sidecar.adminPort}${path}`)
      assert.equal(given, expected, `${way} ${hosts[0]} ${path}`)
    }
  }
  assert.deepEqual(
    upstream.received.filter((request) => !isIcon(request)),
    [],
  )
}

inBrowser(
  'a page of another origin reaches nothing by 0.0.0.0, [::] or IPv4 in IPv6, where Chromium does not say whose page calls',
  (t) => {
    const hosts = ['0.0.0.0', ...(hasIPv6 ? ['[::]', '[::ffff:127.0.0.1]'] : [])]
    return callFromElsewhere(t, hosts, 'unsaid', 'host_not_allowed')
  },
)

inBrowser('nor by localhost and the addresses of loopback, where it does', (t) => {
  const hosts = ['localhost', '127.0.0.1', ...(hasIPv6 ? ['[::1]'] : [])]
  return callFromElsewhere(t, hosts, 'cross-site', 'origin_not_allowed')
})

inBrowser('by an allowed name it can make a GET go out, but neither reads the answer nor writes', async (t) => {
  const upstream = await startUpstream(t, catapaWithFiles)
  const sidecar = await startTestSidecar(t, upstream.url, { allowedHosts: new Set([allowedName]) })
  const from = await foreignPage(t)
  const page = await newPage(t, await theBrowser())
  const url = `http://${allowedName}:${sidecar.port}/core/v1/employees`
  for (const way of fromWithin) await call(page, from, way, url)
  assert.equal(await status(page, from, 'link', url), 200)
  assert.equal(await status(page, from, 'form', url), 403)
  assert.deepEqual(
    upstream.received.filter((request) => !isIcon(request)).map(({ method }) => method),
    ['GET', 'GET', 'GET', 'GET'],
  )
  await page.goto(from)
  const read: unknown = await page.evaluate(`readAll('${url}')`)
  assert.deepEqual(read, ['nothing', 'opaque ', 'failed', 'failed', 'failed'])
  assert.ok(upstream.received.every(({ method }) => method === 'GET'))
})

/** Reads what whoever opened the page may read, and deletes somebody, before the page counts as loaded. */
const attack = `function ask(method, url) {
  const request = new XMLHttpRequest()
  request.open(method, url, false)
  request.send()
  return request.responseText
}
document.title = 'acted'
document.title = ask('GET', '/core/v1/employees')
ask('DELETE', '/core/v1/employees/1')`
const html = `<!doctype html><title>a stored file</title><script>${attack}</script>`
const xhtml = `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>a stored file</title></head><body><script>${attack}</script></body></html>`
const svg = `<svg xmlns="http://www.w3.org/2000/svg"><title>a stored file</title><script>${attack}</script></svg>`

/** Files as somebody can have stored them in CATAPA, with the types that they come with. */
const files: Record<string, { types: string[]; body: string }> = {
  'without a type': { types: [], body: html },
  'of an empty type': { types: [''], body: html },
  'of any type': { types: ['*/*'], body: html },
  'of an unknown type': { types: ['unknown/unknown'], body: html },
  'of a type for stylesheets': { types: ['text/xsl'], body: xhtml },
  'of XML': { types: ['application/xml'], body: xhtml },
  'of a type for images': { types: ['image/svg+xml'], body: svg },
  'of two types': { types: ['application/json', 'text/html'], body: html },
  'of two types, the second for stylesheets': { types: ['application/json', 'text/xsl'], body: xhtml },
  'of two types, the second unknown': { types: ['unknown/unknown', '*/*'], body: html },
  'of two types in one header': { types: ['application/json, text/html'], body: html },
  'of a type behind a parameter': { types: ['text/plain; a=b, text/html'], body: html },
  'that is a page': { types: ['text/html; charset=utf-8'], body: html },
}

function catapaWithFiles({ method, url }: Received, response: ServerResponse): void {
  const file = files[decodeURIComponent(url.slice('/files/'.length))]
  if (method !== 'GET') response.writeHead(204).end()
  else if (file === undefined) response.writeHead(200, { 'Content-Type': 'application/json' }).end('["a salary"]')
  else
    response
      .writeHead(
        200,
        file.types.flatMap((type) => ['Content-Type', type]),
      )
      .end(file.body)
}

/** Opens each stored file where nothing guards it, and through a sidecar. */
async function openFiles(t: TestContext, listen: Config['listen'], host: string): Promise<void> {
  const upstream = await startUpstream(t, catapaWithFiles)
  const sidecar = await startTestSidecar(t, upstream.url, { listen, allowedHosts: new Set([allowedName]) })
  const plainPort = await plainServer(t, listen, (request, response) =>
    upstream.server.emit('request', request, response),
  )
  const page = await newPage(t, await theBrowser())

  /** What has become of it when the page has loaded, or has turned out to be a download. */
  async function open(port: number, name: string): Promise<{ title: string; asked: string[] }> {
    upstream.received.length = 0
    const opening = page.goto(`http://${host}:${port}/files/${encodeURIComponent(name)}`)
    await opening.catch((error: unknown) => assert.match(String(error), /Download is starting/))
    const asked = upstream.received.filter((request) => !isIcon(request)).map(({ method, url }) => `${method} ${url}`)
    assert.match(asked.shift() ?? '', /^GET \/files\//, 'the file itself was asked for')
    return { title: await page.title(), asked }
  }

  for (const name of Object.keys(files)) {
    await page.goto('about:blank') // A download leaves the page as it is.
    const { title, asked } = await open(sidecar.port, name)
    assert.deepEqual(asked, [], `a file ${name}`)
    assert.doesNotMatch(title, /acted|salary/, `a file ${name}`)
    const unguarded = { title: '["a salary"]', asked: ['GET /core/v1/employees', 'DELETE /core/v1/employees/1'] }
    assert.deepEqual(await open(plainPort, name), unguarded, `a file ${name}, where nothing guards it`)
  }
}

inBrowser('a stored file that is opened by an allowed name runs no script, whatever its type', (t) =>
  openFiles(t, loopback, allowedName),
)

inBrowser(
  "nor one that is opened by the machine's own address",
  (t) => openFiles(t, [{ kind: 'tcp', host: ownAddress ?? '', port: 0 }], ownAddress ?? ''),
  { skip: withoutNetwork },
)

inBrowser('nor one that is opened as localhost, where Chromium says that it opens a page', (t) =>
  openFiles(t, loopback, 'localhost'),
)

inBrowser('the status page works by an allowed name as well: script, style, events and button', async (t) => {
  const catapa = await startCatapa(t)
  const sidecar = await startAdministered(t, catapa.url, { allowedHosts: new Set([allowedName]) })
  await eventually(() => sidecar.tokens.state().valid, 'a token')
  const { page, errors } = await openPage(t, await theBrowser(), `http://${allowedName}:${sidecar.adminPort}`)
  assert.equal(await page.locator('#headline-title').textContent(), 'It works')
  await page.locator('#refresh').click()
  await eventually(() => catapa.tokenRequests === 2, 'the button is heeded')
  assert.deepEqual(errors, [])
})
