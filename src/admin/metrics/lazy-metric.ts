import { Counter, Gauge, type Registry } from 'prom-client'
import type { Counted } from './request-counts.ts'

/** Adds metrics whose values are read at each scrape: counters, if their name ends in `_total`, else gauges. */
export function lazyMetrics(registry: Registry) {
  function counted<Name extends string>(
    name: string,
    help: string,
    labelNames: Name[],
    values: () => Iterable<Counted<Partial<Record<Name, string>>>>,
  ): void {
    const Metric = name.endsWith('_total') ? Counter<Name> : Gauge<Name>
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

  function plain(name: string, help: string, value: () => number): void {
    counted(name, help, [], () => [{ labels: {}, count: value() }])
  }

  return { registry, counted, plain }
}

export type LazyMetrics = ReturnType<typeof lazyMetrics>
