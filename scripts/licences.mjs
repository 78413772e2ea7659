// Every package that is needed at run time with its licence, and below that the texts that must go along with copies
// of them: `node scripts/licences.mjs > LICENSES.txt`. Fails for a package without a licence, and for one that is not
// on the list of those that may be shipped under MIT without a second thought.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const permissive = ['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0']

export function licences() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const paths = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  const packages = paths.map(([path]) => describe(join(root, path)))
  const unclear = packages.filter(({ licence }) => !permissive.includes(licence))
  if (unclear.length > 0) {
    throw new Error(
      `look at these licences first: ${unclear.map(({ title, licence }) => `${title} (${licence})`).join(', ')}`,
    )
  }
  const list = packages.map(({ title, licence }) => `${title}: ${licence}`)
  const texts = packages.map(({ title, text }) => `${'-'.repeat(72)}\n${title}\n\n${text}\n`)
  return `${packages.length} packages are needed at run time:\n\n${list.join('\n')}\n\n${texts.join('\n')}`
}

function describe(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
  const by = typeof author === 'string' ? author : author?.name
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
  return {
    title: `${name} ${version}`,
    licence: String(license),
    text: text || `The package holds no licence text; its package.json says ${license}${by ? `, by ${by}` : ''}.`,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(licences())
