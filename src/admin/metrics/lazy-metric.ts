import { Counter, Gauge, type Registry } from 'prom-client'
import type { Counted } from './request-counts.ts'

/** A metric without labels; its value is read at each scrape. */
export function plain(
  registry: Registry,
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  value: () => number,
): void {
  counted(registry, name, help, [], () => [{ labels: {}, count: value() }], type)
}

/** A metric with labels; its values are read at each scrape. */
export function counted<Name extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: Name[],
  values: () => Iterable<Counted<Partial<Record<Name, string>>>>,
  type: 'counter' | 'gauge' = name.endsWith('_total') ? 'counter' : 'gauge',
): void {
  const Metric = type === 'counter' ? Counter<Name> : Gauge<Name>
  new Metric({
    name: `catapa_sidecar_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, count } of values()) this.inc(labels, count)
    },
  })
}
