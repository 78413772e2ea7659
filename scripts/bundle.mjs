// Makes `dist` from `src`: the program and what it uses of its packages, in a few files instead of seven hundred; what that
// saves is in docs/design/footprint.md. Not minified: a stack trace shows names and lines as they were written, and above each
// part stands where it comes from.
//
// cli.js holds the probe that runs every few seconds. It loads everything else from parts/, which share what they have in
// common. All of it is CommonJS: loading an ES module takes as long as a whole probe, and one that imports node:http loads all
// that this exports, on Node 22 and later a second undici with it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { build, transform } from 'esbuild'
import { settingsValidators } from './settings-validators.mjs'

const ofCli = ['./commands/run-command.ts', './commands/report-failure.ts']

// Of what tsc made for the status page only the page itself is needed; it also wrote what the page takes types from.
const ofPage = /^(admin|words|admin.page|admin.page.*|words.(language|units|unit-words|unit-words\.id)\.js)$/
for (const name of readdirSync('dist', { recursive: true })) {
  if (!ofPage.test(name)) rmSync(`dist/${name}`, { recursive: true, force: true })
}
// A browser loads them over and over: without comments and indentation they are two thirds of their size.
for (const name of readdirSync('dist', { recursive: true }).filter((name) => name.endsWith('.js'))) {
  const { code } = await transform(readFileSync(`dist/${name}`, 'utf8'), { minifyWhitespace: true, charset: 'utf8' })
  writeFileSync(`dist/${name}`, code)
}

// grip: never used
const neverUsed = './scripts/parts-of/never-used.cjs'
const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'inline',
  logLevel: 'warning',
  define: { 'import.meta.url': 'moduleUrl', 'import.meta.dirname': '__dirname' },
}
const asCommonJs = { format: 'cjs', supported: { 'dynamic-import': false } }
const { outputFiles } = await build({
  ...options,
  entryPoints: ofCli.map((path) => `src/${path}`),
  outdir: 'dist/parts',
  banner: { js: "'use strict'; const moduleUrl = require('node:url').pathToFileURL(__filename);" },
  format: 'esm', // Of which alone esbuild makes parts that are shared. Each is made CommonJS below.
  splitting: true,
  write: false,
  alias: {
    undici: './scripts/parts-of/undici.cjs',
    'prom-client': './scripts/parts-of/prom-client.cjs',
    // For tracing, WebSockets, logging by a thread of its own, and HTTP/2.
    '@opentelemetry/api': neverUsed,
    ws: neverUsed,
    'thread-stream': neverUsed,
    'node:http2': neverUsed,
  },
  // Fastify loads them only when it is asked for what they do, which nobody does.
  external: ['light-my-request', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  plugins: [settingsValidators],
})
mkdirSync('dist/parts')
for (const { path, text } of outputFiles) {
  // The names of sources stay, as comments that are kept.
  // grip: names of sources
  const named = text.replaceAll(/^( *\/\/)(?= (src|node_modules|scripts)\/)/gm, '$1!')
  const { code } = await transform(named, { ...asCommonJs, legalComments: 'inline' })
  writeFileSync(path, code)
}
await build({
  ...options,
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  ...asCommonJs,
  plugins: [{ name: 'all else from parts', setup: loadFromParts }],
})
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n')

function loadFromParts({ onResolve }) {
  onResolve({ filter: /^\.\// }, ({ kind, path }) => {
    if (kind !== 'dynamic-import' || !ofCli.includes(path)) return undefined
    return { path: `./parts/${basename(path, '.ts')}.js`, external: true }
  })
}
