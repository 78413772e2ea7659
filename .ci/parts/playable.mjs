// Writes a pod for `podman kube play` from a rendered example: `playable.mjs RENDERED SECRET`. The sandbox is in the same
// pod, there is no probe of the kubelet, and the native sidecar is among the containers. That the app waits for the sidecar
// is the kubelet's doing; here its command waits.
import { readFileSync } from 'node:fs'
import { parseAllDocuments, stringify } from 'yaml'

const [, , rendered, clientSecret] = process.argv
const documents = parseAllDocuments(readFileSync(rendered, 'utf8')).map((document) => document.toJS())
const { metadata, spec } = documents.find(({ kind }) => kind === 'CronJob').spec.jobTemplate.spec.template

const { startupProbe, livenessProbe, lifecycle, restartPolicy, ...sidecar } =
  spec.initContainers?.[0] ?? spec.containers.shift()
Object.assign(sidecar, { image: 'localhost/catapa-sidecar:latest', imagePullPolicy: 'Never' })
sidecar.env = sidecar.env.filter(({ name }) => name !== 'SIDECAR_SHUTDOWN_DELAY') // Nothing comes after the job.
sidecar.env.push({ name: 'CATAPA_BASE_URL', value: 'http://localhost:8230' })
const { image, imagePullPolicy, securityContext } = sidecar
const sandbox = { name: 'sandbox', image, imagePullPolicy, securityContext, args: ['sandbox'] }
const waiting = `until php -r 'exit(@fsockopen("127.0.0.1", 8228) ? 0 : 1);'; do sleep 0.1; done; exec "$@"`
const apps = spec.containers.map(({ command, ...container }) => ({
  ...container,
  image: 'localhost/php:8-cli',
  imagePullPolicy,
  command: ['sh', '-c', waiting, 'sh', ...command],
}))

const { initContainers, ...rest } = spec
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'catapa-credentials' },
  stringData: { tenant: 'demo', 'client-id': 'demo-client', 'client-secret': clientSecret },
}
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata, name: 'played' },
  spec: { ...rest, restartPolicy: 'Never', containers: [sandbox, sidecar, ...apps] },
}
process.stdout.write([secret, pod].map((document) => stringify(document)).join('---\n'))
