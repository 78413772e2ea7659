import type { Registry } from 'prom-client'
import { callerCounts } from '../../src/admin/metrics/caller-counts.ts'
import { metrics } from '../../src/admin/metrics/metrics.ts'
import { observe } from '../../src/admin/metrics/request-counts.ts'
import { table } from './docs-tables.ts'
import { idleShares } from './idle-shares.ts'

/** The registry of a sidecar that has not done anything. */
export function emptyRegistry(): Registry {
  return metrics({
    version: '0',
    observed: observe(),
    token: () => ({
      valid: false,
      expiresInMs: undefined,
      lifetimeMs: undefined,
      lifetimeAssumed: false,
      obtainedAt: undefined,
      requesting: false,
      waiting: 0,
      requests: 0,
      failure: undefined,
      rejectionsPaused: false,
    }),
    grant: 'client_credentials',
    login: undefined,
    callers: undefined,
    callerCounts: callerCounts(() => undefined),
    ready: () => false,
    shares: () => idleShares,
    inFlight: () => 0,
    waiting: () => 0,
    sharing: () => ({ store: '', state: undefined, counts: { taken: 0, asked: 0, alone: 0 }, failures: 0 }),
    certificates: () => ({
      certificates: {
        ...{ cert: '', key: '', clientCa: undefined, issuer: '', names: [], hosts: new Set() },
        ...{ validFrom: 0, validUntil: 0 },
      },
      ...{ since: 0, flaw: undefined, flawSince: undefined },
    }),
    connections: () => [],
    drift: () => ({ unknown: [], ending: [] }),
    clockSkewMs: () => undefined,
  })
}

export type Described = { name: string; type: string; labels: string[]; help: string }

/** The sidecar's own metrics, as its registry has them. */
export async function ownMetrics(registry: Registry = emptyRegistry()): Promise<Described[]> {
  const all = await registry.getMetricsAsJSON()
  return all
    .filter(({ name }) => name.startsWith('catapa_sidecar_'))
    .map(({ name, type, help }) => {
      const labels: unknown = Reflect.get(registry.getSingleMetric(name) ?? {}, 'labelNames')
      return { name, type: String(type), labels: Array.isArray(labels) ? labels.map(String) : [], help }
    })
}

/** docs/metrics.md, whole. */
export async function metricsDocument(): Promise<string> {
  const rows = (await ownMetrics()).map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(' '),
    help,
  ])
  return `# Metrics

Prometheus reads them from \`GET /metrics\` on the admin listener (\`SIDECAR_ADMIN_LISTEN\`, \`localhost:8229\`). \`npm run docs\` writes this
page from the program's own registry.

${table(['name', 'type', 'labels', 'meaning'], rows)}

There are also \`process_…\` and \`nodejs_…\`, the usual ones of prom-client: processor time, memory, open files, garbage collection, and the
lag of the event loop when somebody asks (not its sampled percentiles, for which an idle sidecar would wake up a hundred times a second).

Labels never hold what a caller chose:

- \`method\` is one of the usual methods, or \`OTHER\`.
- \`route\` is a path of CATAPA's API with every id replaced by \`{id}\`. After 300 different ones it is \`other\`.
- \`status\` is the class, such as \`2xx\`. It is empty when the caller left before there was an answer.
- \`origin\` says who made the answer: \`catapa\` or \`sidecar\`.
- \`code\` is one of the [errors](errors.md), or empty.
- \`caller\` is a name of the callers file, or \`other\`.
- \`share\` is a name of the callers file, \`other\`, or the address of a listener: callers without a name have one share for each.

Requests that are not HTTP at all are logged, not counted.

## Scraping

\`\`\`yaml
scrape_configs:
  - job_name: catapa-sidecar
    static_configs:
      - targets: [localhost:8229]
\`\`\`

To scrape from another machine, let the admin listener listen on an address that Prometheus can reach
(\`SIDECAR_ADMIN_LISTEN=0.0.0.0:8229\`), and call it by its IP address or by a name in \`SIDECAR_ALLOWED_HOSTS\`. Other machines see probes and
metrics only.

[deploy/prometheus/alerts.yml](../deploy/prometheus/alerts.yml) has alert rules, each with what it means and what to do (\`meaning\`, \`action\`, and
both as \`description\`). \`runbook_url\` leads to these documents, wherever you serve them. Put in your address:

\`\`\`
sed -i 's|https://docs.example/catapa-sidecar|https://wiki.your-company.example/catapa-sidecar|' alerts.yml
\`\`\`

[deploy/grafana/catapa-sidecar.json](../deploy/grafana/catapa-sidecar.json) is a dashboard. Both expect the job name
\`catapa-sidecar\`.
`
}
