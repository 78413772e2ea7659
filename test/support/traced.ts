import type { Config } from '../../src/settings/config.ts'
import { readConfig } from '../../src/settings/read-config.ts'
import type { TraceSettings } from '../../src/settings/traces.ts'
import type { SidecarOptions } from '../../src/sidecar/sidecar.ts'
import { credentials } from './settings.ts'
import { type Ending, startTestSidecar } from './sidecar.ts'

/** The settings of traces in an environment. */
export function traceSettings(env: Record<string, string>): TraceSettings {
  const { traces } = readConfig({ ...credentials, ...env })
  if (traces === undefined) throw new Error('it has no endpoint')
  return traces
}

/** A sidecar that sends its traces to a collector, soon. */
export function startTraced(
  t: Ending,
  { upstream, collector }: { upstream: string; collector: string },
  env: Record<string, string> = {},
  overrides: Partial<Config> = {},
  options: Omit<SidecarOptions, 'files'> = {},
) {
  const traces = traceSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, ...env })
  return startTestSidecar(t, upstream, { traces, ...overrides }, { traceEveryMs: 50, ...options })
}
