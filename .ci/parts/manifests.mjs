// Judges rendered manifests: `manifests.mjs FOLDER TSC`, where kubernetes-models, kubernetes-types and yaml are installed
// beside it. Three judges that nobody here wrote look at each; then come the promises of the components.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

const [, , folder, tsc] = process.argv
const require = createRequire(import.meta.url)
const podTemplate = ({ spec }) => spec?.jobTemplate?.spec.template ?? spec?.template
/** Where kubernetes-models and kubernetes-types have the kinds. */
const kinds = {
  Deployment: ['apps/v1', 'apps/v1'],
  Job: ['batch/v1', 'batch/v1'],
  CronJob: ['batch/v1', 'batch/v1'],
  NetworkPolicy: ['networking.k8s.io/v1', 'networking/v1'],
  Namespace: ['v1', 'core/v1'],
}

/** The paths of `kept` that `judged` lacks. */
function lost(kept, judged, path = '') {
  if (kept === null || typeof kept !== 'object') return []
  const has = (key) => judged !== null && typeof judged === 'object' && key in judged
  return Object.entries(kept).flatMap(([key, value]) =>
    has(key) ? lost(value, judged[key], `${path}.${key}`) : [`${path}.${key}`],
  )
}

/** kubectl's own types: what they do not know is lost. */
function unknownToKubectl(manifest) {
  const file = 'one.json'
  writeFileSync(file, JSON.stringify(manifest))
  const run = (...words) => JSON.parse(execFileSync('kubectl', [...words, '-o', 'json'], { encoding: 'utf8' }))
  const all = run('label', '--local', '-f', file, 'zz=1')
  return lost(all, run('set', 'env', '--local', '-f', file, 'ZZ=1')).filter((path) => !path.endsWith('.labels.zz'))
}

function invalidByModels(manifest) {
  const [path] = kinds[manifest.kind]
  const Model = require(`kubernetes-models/${path}/${manifest.kind}`)[manifest.kind]
  try {
    new Model(structuredClone(manifest)).validate()
    return ''
  } catch (error) {
    return error.message
  }
}

function invalidByTypes(manifests) {
  const lines = manifests.map((manifest, index) => {
    const [, path] = kinds[manifest.kind]
    return (
      `import type { ${manifest.kind} as K${index} } from 'kubernetes-types/${path}'\n` +
      `export const m${index}: K${index} = ${JSON.stringify(manifest)}\n`
    )
  })
  writeFileSync('types.ts', lines.join('\n'))
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--ignoreConfig']
  const { status, stdout } = spawnSync(tsc, [...options, 'types.ts'], { encoding: 'utf8' })
  return status === 0 ? '' : stdout || 'tsc failed'
}

const manifests = readdirSync(folder).flatMap((name) =>
  parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => document.toJS()),
)
for (const manifest of manifests) {
  if (podTemplate(manifest)) assert.deepEqual(unknownToKubectl(manifest), [])
  assert.equal(invalidByModels(manifest), '')
}
assert.equal(invalidByTypes(manifests), '')

// The judges notice a field in the wrong place, a missing one, a wrong value.
function broken(change) {
  const manifest = structuredClone(manifests.find(({ kind }) => kind === 'Deployment'))
  change(podTemplate(manifest).spec, manifest)
  return manifest
}
const misplaced = broken(({ initContainers }) => Object.assign(initContainers[0], { startupProbes: {} }))
assert.deepEqual(unknownToKubectl(misplaced), ['.spec.template.spec.initContainers.0.startupProbes'])
assert.match(invalidByTypes([misplaced]), /startupProbes/)
assert.match(invalidByModels(broken((_, manifest) => delete manifest.spec.selector)), /selector/)
const misnumbered = broken(({ initContainers }) => Object.assign(initContainers[0].ports[0], { containerPort: 'x' }))
assert.match(invalidByModels(misnumbered), /containerPort/)

/** A container of ours satisfies the restricted Pod Security Standard. */
function assertRestricted(spec, container) {
  const context = { ...spec.securityContext, ...container.securityContext }
  assert.equal(context.runAsNonRoot, true)
  assert.equal(context.allowPrivilegeEscalation, false)
  assert.deepEqual(context.capabilities.drop, ['ALL'])
  assert.equal(context.seccompProfile.type, 'RuntimeDefault')
}

const withSidecar = manifests.filter((manifest) => podTemplate(manifest) && manifest.metadata.name !== 'untouched')
for (const manifest of withSidecar) {
  const { metadata, spec } = podTemplate(manifest)
  const isNative = spec.initContainers?.[0].name === 'catapa-sidecar'
  const sidecar = isNative ? spec.initContainers[0] : spec.containers[0]
  const env = Object.fromEntries(sidecar.env.map(({ name, value }) => [name, value]))
  assert.equal(sidecar.name, 'catapa-sidecar', `${manifest.kind}: the sidecar is first`)
  if (isNative) assert.equal(sidecar.restartPolicy, 'Always')
  else assert.deepEqual(sidecar.lifecycle.postStart.exec.command.slice(0, 2), ['catapa-sidecar', 'wait'])
  assert.equal(metadata.labels['catapa-sidecar'], 'true')
  assert.equal(env.SIDECAR_LISTEN, undefined, 'callers: this pod only')
  assert.equal(env.SIDECAR_ADMIN_LISTEN, '0.0.0.0:8229')
  assert.equal(sidecar.startupProbe.httpGet.path, '/startupz')
  assert.equal(sidecar.livenessProbe.httpGet.path, '/livez')
  assert.equal(sidecar.readinessProbe, undefined)
  assert.ok(spec.terminationGracePeriodSeconds > Number(env.SIDECAR_SHUTDOWN_DELAY ?? 0) + 25, 'grace')
  assert.ok(sidecar.resources.requests.memory && sidecar.resources.limits.memory)
  assert.deepEqual(
    spec.volumes.map(({ name, secret }) => [name, secret.secretName]),
    [['catapa-credentials', 'catapa-credentials']],
  )
  const ours = [...(spec.initContainers ?? []), ...spec.containers].filter(({ image }) => image !== 'own')
  for (const container of ours) assertRestricted(spec, container)
}

// The sidecar needs no token of the Kubernetes API, and the examples have none. A workload of somebody's own keeps what it says.
for (const { metadata, spec } of withSidecar) {
  const { automountServiceAccountToken } = podTemplate({ spec }).spec
  assert.equal(automountServiceAccountToken, metadata.name === 'employees' ? false : undefined, metadata.name)
}

const orderOf = ({ kind, spec }) => [
  kind,
  ...podTemplate({ spec }).spec.initContainers.map(({ name }) => name),
  ...podTemplate({ spec }).spec.containers.map(({ name }) => name),
]
const order = withSidecar.filter(({ metadata }) => ['served', 'once', 'nightly'].includes(metadata.name)).map(orderOf)
for (const kind of ['Deployment', 'Job', 'CronJob']) {
  assert.deepEqual(order.filter(([first]) => first === kind).sort(), [
    [kind, 'catapa-sidecar', 'own', 'app'],
    [kind, 'own', 'catapa-sidecar', 'app'],
  ])
}
const untouched = manifests.filter(({ metadata }) => metadata.name === 'untouched')
assert.equal(untouched.length, 2)
for (const { spec } of untouched) assert.deepEqual(spec.template.spec.containers, [{ image: 'own', name: 'app' }])

process.stdout.write(
  `containers: kubernetes: ${manifests.length} manifests pass kubectl, kubernetes-models and kubernetes-types; 4 planted mistakes were refused\n` +
    "containers: kubernetes: in Deployment, Job and CronJob the native sidecar comes before the app's own init containers\n",
)
