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
  Service: ['v1', 'core/v1'],
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
  const manifest = structuredClone(
    manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'employees'),
  )
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

const labelled = (manifest) => podTemplate(manifest)?.metadata?.labels?.['catapa-sidecar'] === 'true'
const withSidecar = manifests.filter((manifest) => labelled(manifest) || manifest.metadata.labels?.['catapa-sidecar'])
assert.equal(withSidecar.filter((manifest) => podTemplate(manifest) && labelled(manifest)).length, withSidecar.length)
const isSidecar = ({ name }) => /^catapa-sidecar(-south)?$/.test(name)
const envOf = ({ env }) => Object.fromEntries(env.map(({ name, value }) => [name, value]))
const mounts = ({ volumeMounts }) => volumeMounts.map(({ name }) => name).sort()

function assertSidecar(sidecar, isNative) {
  const { SIDECAR_LISTEN, SIDECAR_ADMIN_LISTEN, SIDECAR_CACHE_URL_FILE } = envOf(sidecar)
  const second = sidecar.name === 'catapa-sidecar-south'
  if (isNative) assert.equal(sidecar.restartPolicy, 'Always')
  else assert.deepEqual(sidecar.lifecycle.postStart.exec.command.slice(0, 2), ['catapa-sidecar', 'wait'])
  assert.equal(SIDECAR_LISTEN, second ? 'localhost:8328' : undefined, 'callers: this pod only')
  assert.equal(SIDECAR_ADMIN_LISTEN, second ? '0.0.0.0:8329' : '0.0.0.0:8229')
  assert.equal(sidecar.startupProbe.httpGet.path, '/startupz')
  assert.equal(sidecar.livenessProbe.httpGet.path, '/livez')
  assert.equal(sidecar.readinessProbe, undefined)
  for (const { httpGet } of [sidecar.startupProbe, sidecar.livenessProbe]) {
    const port = sidecar.ports.find(({ name }) => name === httpGet.port)
    assert.equal(SIDECAR_ADMIN_LISTEN, `0.0.0.0:${port?.containerPort}`)
  }
  assert.ok(sidecar.resources.requests.memory && sidecar.resources.limits.memory)
  const cache = SIDECAR_CACHE_URL_FILE === undefined ? [] : ['catapa-token-cache']
  if (cache.length > 0) assert.equal(SIDECAR_CACHE_URL_FILE, '/run/catapa-cache/url')
  assert.deepEqual(mounts(sidecar), [second ? 'catapa-credentials-south' : 'catapa-credentials', ...cache])
}

for (const manifest of withSidecar) {
  const { metadata, spec } = podTemplate(manifest)
  const isNative = isSidecar(spec.initContainers?.[0] ?? { name: '' })
  const among = isNative ? spec.initContainers : spec.containers
  const sidecars = among.filter(isSidecar)
  assert.ok(
    sidecars.length > 0 && among.slice(0, sidecars.length).every(isSidecar),
    `${manifest.kind}: the sidecar is first`,
  )
  for (const sidecar of sidecars) {
    assertSidecar(sidecar, isNative)
    assert.ok(spec.terminationGracePeriodSeconds > Number(envOf(sidecar).SIDECAR_SHUTDOWN_DELAY ?? 0) + 25, 'grace')
  }
  assert.equal(metadata.labels['catapa-sidecar'], 'true')
  // Nothing else reads the credentials, and each volume has the Secret of its own name.
  for (const { name, secret } of spec.volumes) assert.equal(secret.secretName, name)
  assert.deepEqual(spec.volumes.map(({ name }) => name).sort(), [...new Set(sidecars.flatMap(mounts))].sort())
  const ours = [...(spec.initContainers ?? []), ...spec.containers].filter(({ image }) => image !== 'own')
  for (const container of ours) assertRestricted(spec, container)
}

// Two sidecars in a pod: no port and no name twice.
const two = withSidecar.filter((manifest) => podTemplate(manifest).spec.initContainers?.filter(isSidecar).length === 2)
assert.equal(two.length, 1)
const portsOfTwo = podTemplate(two[0]).spec.initContainers.flatMap(({ ports }) => ports)
for (const key of ['name', 'containerPort']) assert.equal(new Set(portsOfTwo.map((port) => port[key])).size, 2)

// The cache: as little may reach it as can be said, and it reaches nothing. Who uses it may.
const cacheLabels = { app: 'catapa-token-cache' }
const store = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'catapa-token-cache')
const { metadata: storeMetadata, spec: storePod } = podTemplate(store)
assert.deepEqual(storeMetadata.labels, cacheLabels)
for (const container of storePod.containers) assertRestricted(storePod, container)
assert.equal(storePod.automountServiceAccountToken, false)
const service = manifests.find(({ kind }) => kind === 'Service')
assert.deepEqual([service.metadata.name, service.spec.selector], ['catapa-token-cache', cacheLabels])
const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
const around = policies.find(({ metadata }) => metadata.name === 'catapa-token-cache').spec
const port = [{ protocol: 'TCP', port: 6379 }]
assert.deepEqual(around, {
  podSelector: { matchLabels: cacheLabels },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [{ from: [{ podSelector: { matchLabels: { 'catapa-sidecar': 'true' } } }], ports: port }],
  egress: [],
})
const outwards = policies
  .filter(({ metadata }) => metadata.name === 'catapa-sidecar')
  .flatMap(({ spec }) => spec.egress)
assert.deepEqual(
  outwards.filter(({ ports }) => ports.some((one) => one.port === 6379)),
  [{ to: [{ podSelector: { matchLabels: cacheLabels } }], ports: port }],
)

// The sidecar needs no token of the Kubernetes API, and the examples have none. A workload of somebody's own keeps what it says.
for (const { metadata, spec } of withSidecar) {
  const { automountServiceAccountToken } = podTemplate({ spec }).spec
  assert.equal(automountServiceAccountToken, /^employees/.test(metadata.name) ? false : undefined, metadata.name)
}

const orderOf = ({ kind, spec }) => [
  kind,
  ...podTemplate({ spec }).spec.initContainers.map(({ name }) => name),
  ...podTemplate({ spec }).spec.containers.map(({ name }) => name),
]
const order = withSidecar.filter(({ metadata }) => ['served', 'once', 'nightly'].includes(metadata.name)).map(orderOf)
for (const kind of ['Deployment', 'Job', 'CronJob']) {
  assert.deepEqual(order.filter(([first]) => first === kind).sort(), [
    [kind, 'catapa-sidecar', 'own', 'app'], // With a cache.
    [kind, 'catapa-sidecar', 'own', 'app'],
    [kind, 'own', 'catapa-sidecar', 'app'],
  ])
}
const untouched = manifests.filter(({ metadata }) => metadata.name === 'untouched')
assert.equal(untouched.length, 3)
for (const { spec } of untouched) assert.deepEqual(spec.template.spec.containers, [{ image: 'own', name: 'app' }])

process.stdout.write(
  `containers: kubernetes: ${manifests.length} manifests pass kubectl, kubernetes-models and kubernetes-types; 4 planted mistakes were refused\n` +
    "containers: kubernetes: in Deployment, Job and CronJob the native sidecar comes before the app's own init containers\n",
)
