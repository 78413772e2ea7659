// The bill of materials of an image, as CycloneDX: `node scripts/image-sbom.mjs IMAGE > image.cdx.json`. Lists Debian's
// packages, Node.js, the packages that came with it, and those of the program, which must be the ones of the lockfile.
// Needs docker and an installed project.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sbom } from './sbom.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every package in and below the `node_modules` of a folder, by its path there. */
export function packagesBelow(folder) {
  const isManifest = /^(.+\/)?node_modules\/(@[^/]+\/)?[^/@][^/]*\/package\.json$/
  return readdirSync(folder, { recursive: true })
    .filter((path) => isManifest.test(path))
    .map((path) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, path), 'utf8'))
      return { path: dirname(path), name, version }
    })
}

/** The installed packages of Debian's `/var/lib/dpkg/status`. */
export function debianPackages(status) {
  const entries = status
    .split('\n\n')
    .map((entry) => Object.fromEntries(entry.match(/^[\w-]+: .*/gm)?.map(field) ?? []))
  return entries
    .filter(({ Status }) => Status === 'install ok installed')
    .map(({ Package, Version, Architecture }) => ({ name: Package, version: Version, architecture: Architecture }))
}

function field(line) {
  const colon = line.indexOf(': ')
  return [line.slice(0, colon), line.slice(colon + 2)]
}

/** @throws Error when the image holds other packages than the lockfile says */
export function imageSbom({ program, base, debian, release, node }) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const locked = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  const expected = locked.map(([path, { version }]) => `${path}@${version}`).sort()
  const found = program.map(({ path, version }) => `${path}@${version}`).sort()
  const difference = [
    ...expected.filter((one) => !found.includes(one)).map((one) => `${one} is missing`),
    ...found.filter((one) => !expected.includes(one)).map((one) => `${one} is not in the lockfile`),
  ]
  if (difference.length > 0) throw new Error(difference.join('; '))
  const { components, metadata, ...document } = sbom()
  const distro = `${release.ID}-${release.VERSION_ID}`
  const listed = [
    metadata.component,
    ...components,
    component('node', node, `pkg:generic/node@${node}`),
    ...base.map(({ name, version }) => component(name, version, `pkg:npm/${name.replace('@', '%40')}@${version}`)),
    ...debian.map(({ name, version, architecture }) =>
      component(
        name,
        version,
        `pkg:deb/${release.ID}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=${distro}`,
      ),
    ),
  ]
  const byReference = new Map(listed.map((one) => [one['bom-ref'], one]))
  const image = { 'bom-ref': 'image', type: 'container', name: 'catapa-sidecar', version: metadata.component.version }
  return { ...document, metadata: { ...metadata, component: image }, components: [...byReference.values()] }
}

function component(name, version, purl) {
  return { 'bom-ref': purl, type: 'library', name, version, purl }
}

/** What is in an image, without running more of it than `node --version`. */
function contentsOf(image) {
  const docker = (...args) => execFileSync('docker', args, { encoding: 'utf8' }).trim()
  const folder = mkdtempSync(join(tmpdir(), 'catapa-image-'))
  const container = docker('create', image)
  try {
    const copy = (from, to) => {
      docker('cp', '--quiet', '--follow-link', `${container}:${from}`, join(folder, to))
      return join(folder, to)
    }
    for (const name of ['app', 'base']) mkdirSync(join(folder, name))
    copy('/app/node_modules', 'app/node_modules')
    copy('/usr/local/lib/node_modules', 'base/node_modules')
    const release = readFileSync(copy('/etc/os-release', 'os-release'), 'utf8')
    return {
      program: packagesBelow(join(folder, 'app')),
      base: packagesBelow(join(folder, 'base')),
      debian: debianPackages(readFileSync(copy('/var/lib/dpkg/status', 'status'), 'utf8')),
      release: Object.fromEntries([...release.matchAll(/^(\w+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value])),
      node: docker('run', '--rm', '--network', 'none', '--entrypoint', 'node', image, '--version').slice(1),
    }
  } finally {
    docker('rm', container)
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [image] = process.argv.slice(2)
  if (image === undefined) {
    process.stderr.write('image-sbom.mjs: of which image? node scripts/image-sbom.mjs IMAGE\n')
    process.exit(2)
  }
  const contents = contentsOf(image)
  const { program, base, debian } = contents
  process.stdout.write(`${JSON.stringify(imageSbom(contents), null, 2)}\n`)
  const counts = `${program.length} of the program, ${base.length} beside Node.js, ${debian.length} of Debian`
  process.stderr.write(`packages: ${counts}\n`)
}
