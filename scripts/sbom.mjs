// The software bill of materials of what the package needs at run time, as CycloneDX: `node scripts/sbom.mjs > sbom.cdx.json`.
// npm reads it from the lockfile and from what is installed. Serial number and time are left out, so that the same
// sources give the same file.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export function sbom() {
  const args = ['sbom', '--omit=dev', '--sbom-format=cyclonedx', '--sbom-type=application']
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
    shell: process.platform === 'win32',
  })
  const { serialNumber, ...document } = JSON.parse(text)
  const { timestamp, component, ...metadata } = document.metadata
  return {
    ...document,
    // npm calls it like the folder that it is in.
    metadata: { ...metadata, component: { ...component, name: 'catapa-sidecar' } },
    components: once(document.components, 'bom-ref'),
    dependencies: once(document.dependencies, 'ref'),
  }
}

/** npm 10, which Node 20 brings, lists what is installed in two places twice. */
function once(entries, name) {
  return [...new Map(entries.map((entry) => [entry[name], entry])).values()]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${JSON.stringify(sbom(), null, 2)}\n`)
