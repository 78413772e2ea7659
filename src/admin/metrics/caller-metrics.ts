import type { Registry } from 'prom-client'
import { type CallersInUse, everyoneElse, shownName } from '../../callers/caller.ts'
import type { CallerCounts } from './caller-counts.ts'
import { counted, plain } from './lazy-metric.ts'

export type CallerSources = {
  /** Undefined where there is no callers file. */
  callers: (() => CallersInUse) | undefined
  callerCounts: CallerCounts
}

/** Who calls, and whether they may (design/promises 8.11). The names are those of the callers file: never a caller's choice. */
export function callerMetrics(registry: Registry, { callers, callerCounts }: CallerSources): void {
  counted(
    registry,
    'caller_requests_total',
    'Requests of each caller that the callers file names, and of everyone else (other), by whether they may: allowed, whatever came of it; refused, unknown callers of other included; would_be_refused where that is only reported. None without a callers file.',
    ['caller', 'outcome'],
    () => (callers === undefined ? [] : names(callers()).flatMap((name) => outcomes(name, callerCounts))),
  )
  plain(
    registry,
    'gauge',
    'callers_file_problems',
    'Problems of the callers file as it is on disk now; above 0 an earlier state of it is in use.',
    () => callers?.().problems.length ?? 0,
  )
  plain(
    registry,
    'gauge',
    'callers_file_loaded_timestamp_seconds',
    'Since when the callers file is in use as it is, in seconds since 1970; 0 without a callers file.',
    () => (callers?.().since ?? 0) / 1000,
  )
}

function names({ file }: CallersInUse): string[] {
  return [...new Set([...file.sections.map(({ name }) => shownName(name)), everyoneElse])]
}

function outcomes(caller: string, counts: CallerCounts) {
  const { allowed, refused, wouldBeRefused } = counts.of(caller)
  const unknown = caller === everyoneElse ? counts.unknownRefusals() : 0
  return [
    { labels: { caller, outcome: 'allowed' }, count: allowed },
    { labels: { caller, outcome: 'refused' }, count: refused + unknown },
    { labels: { caller, outcome: 'would_be_refused' }, count: wouldBeRefused },
  ]
}
