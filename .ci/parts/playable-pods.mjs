// Writes pods for `podman kube play` from rendered examples whose workload goes on: `playable-pods.mjs RENDERED FOLDER`, one
// file each. As playable.mjs: no probes of the kubelet, the native sidecars are among the containers, and the app's command
// waits for them. examples/two-tenants: one pod with a sandbox for each tenant in it. examples/token-cache: two of the
// replicas, the store and a sandbox, each a pod of its own, which finds the others by an address (kube play: --ip).
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'

const [, , rendered, folder] = process.argv
const documents = parseAllDocuments(readFileSync(rendered, 'utf8')).map((document) => document.toJS())
const deployed = (name) =>
  structuredClone(documents.find((one) => one.kind === 'Deployment' && one.metadata.name === name))
const ours = { image: 'localhost/catapa-sidecar:latest', imagePullPolicy: 'Never' }
const secret = (name, stringData) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData })
const pod = (name, spec) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { ...spec, restartPolicy: 'Never' },
})
const env = (values) => Object.entries(values).map(([name, value]) => ({ name, value }))

function withoutProbes({ startupProbe, livenessProbe, readinessProbe, restartPolicy, ...container }) {
  return container
}

function sandbox(name, tenant, listen, { securityContext }) {
  return {
    name,
    ...ours,
    securityContext,
    args: ['sandbox'],
    env: env({ SANDBOX_LISTEN: listen, SANDBOX_TENANT: tenant }),
  }
}

/** The app once its sidecars listen. */
function waiting({ command, ...container }, ports) {
  const wait = ports.map((port) => `until php -r 'exit(@fsockopen("127.0.0.1", ${port}) ? 0 : 1);'; do sleep 0.1; done`)
  const all = [...wait, 'exec "$@"'].join('; ')
  return {
    ...container,
    image: 'localhost/php:8-cli',
    imagePullPolicy: 'Never',
    command: ['sh', '-c', all, 'sh', ...command],
  }
}

function write(name, ...documentsOfIt) {
  writeFileSync(join(folder, `${name}.yaml`), documentsOfIt.map((document) => stringify(document)).join('---\n'))
}

function credentials(name, tenant) {
  return secret(name, { tenant, 'client-id': 'demo-client', 'client-secret': 'demo-secret' })
}

function twoTenants() {
  const { initContainers, containers, ...spec } = deployed('employees-of-both').spec.template.spec
  const sandboxes = [
    sandbox('sandbox', 'north', 'localhost:8230', initContainers[0]),
    sandbox('sandbox-south', 'south', 'localhost:8240', initContainers[0]),
  ]
  const sidecars = initContainers.map((one) => {
    const base = one.name === 'catapa-sidecar' ? 'http://localhost:8230' : 'http://localhost:8240'
    return { ...withoutProbes(one), ...ours, env: [...one.env, ...env({ CATAPA_BASE_URL: base })] }
  })
  const apps = containers.map((app) => waiting(app, [8228, 8328]))
  const secrets = [credentials('catapa-credentials', 'north'), credentials('catapa-credentials-south', 'south')]
  write('both', ...secrets, pod('both', { ...spec, containers: [...sandboxes, ...sidecars, ...apps] }))
}

function tokenCache() {
  const password = randomBytes(24).toString('hex')
  const cache = secret('catapa-token-cache', {
    url: `redis://catapa:${password}@catapa-token-cache:6379`,
    'users.acl': `${usersOfThePage().replace('PASSWORD', password)}\n`,
  })
  const store = deployed('catapa-token-cache').spec.template.spec
  store.containers = store.containers.map((one) => ({
    ...withoutProbes(one),
    image: 'localhost/valkey/valkey:8.1',
    imagePullPolicy: 'Never',
  }))
  write('store', cache, pod('store', store))
  const { initContainers, containers, ...spec } = deployed('employees').spec.template.spec
  const [sidecar] = initContainers
  write('catapa', pod('catapa', { containers: [sandbox('sandbox', 'demo', '0.0.0.0:8230', sidecar)] }))
  const toCatapa = env({ CATAPA_BASE_URL: 'http://10.97.0.2:8230', CATAPA_ALLOW_HTTP: 'true' })
  const own = { ...withoutProbes(sidecar), ...ours, env: [...sidecar.env, ...toCatapa] }
  for (const name of ['one', 'two']) {
    const apps = containers.map((app) => waiting(app, [8228]))
    const hostAliases = [{ ip: '10.97.0.3', hostnames: ['catapa-token-cache'] }] // In place of the Service.
    const secrets = [cache, credentials('catapa-credentials', 'demo')]
    write(name, ...secrets, pod(name, { ...spec, hostAliases, containers: [own, ...apps] }))
  }
}

/** What docs/deploy/kubernetes.md has for users.acl. */
function usersOfThePage() {
  const [, format] = /printf '(user default off.*)\\n' .* > users\.acl/.exec(readFileSync('kubernetes.md', 'utf8'))
  return format.replaceAll('\\n', '\n').replace('%s', 'PASSWORD')
}

if (basename(rendered) === 'two-tenants.yaml') twoTenants()
else tokenCache()
