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
  // npm calls it like the folder that it is in.
  return { ...document, metadata: { ...metadata, component: { ...component, name: 'catapa-sidecar' } } }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${JSON.stringify(sbom(), null, 2)}\n`)
