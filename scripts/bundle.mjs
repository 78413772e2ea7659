// Makes `dist` from `src`: the program and the packages that it uses, in a few files instead of seven hundred, which takes a
// third off its start and a fifth off its memory. Not minified: a stack trace shows names and lines as they were written, and
// above each part stands where it comes from.
//
// cli.js is CommonJS and holds the command line and the probes, which run every few seconds: loading an ES module first takes
// as long as the whole probe. It loads the other commands from parts/, which share what they have in common.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { build } from 'esbuild'

const probes = ['./healthcheck.ts', './wait.ts']
const commands = [...readFileSync('src/commands/commands.ts', 'utf8').matchAll(/import\('(.+?)'\)/g)]
  .map(([, path]) => path)
  .filter((path) => !probes.includes(path))

// Of what tsc made for the status page only the page itself is needed; it also wrote what the page takes types from.
for (const name of readdirSync('dist')) if (name !== 'admin') rmSync(`dist/${name}`, { recursive: true })
for (const name of readdirSync('dist/admin')) if (name !== 'page') rmSync(`dist/admin/${name}`, { recursive: true })

const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'inline',
  logLevel: 'warning',
}
await build({
  ...options,
  entryPoints: commands.map((path) => `src/commands/${path}`),
  outdir: 'dist/parts',
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  splitting: true,
  // What was CommonJS still asks for Node's own modules by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
})
await build({
  ...options,
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  format: 'cjs',
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "'use strict'; const moduleUrl = require('node:url').pathToFileURL(__filename);" },
  plugins: [{ name: 'commands from parts', setup: loadFromParts }],
})
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n')

function loadFromParts({ onResolve }) {
  onResolve({ filter: /^\.\// }, ({ kind, path }) => {
    if (kind !== 'dynamic-import' || !commands.includes(path)) return undefined
    return { path: `./parts/${basename(path, '.ts')}.mjs`, external: true }
  })
}
