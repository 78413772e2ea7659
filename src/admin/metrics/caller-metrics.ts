import { type CallersInUse, everyoneElse, shownName } from '../../callers/caller.ts'
import type { AdminSources } from '../admin-sources.ts'
import type { CallerCounts } from './caller-counts.ts'
import type { LazyMetrics } from './lazy-metric.ts'

/** Metrics of callers (design/promises 8.11). Labels are names of the callers file, never a caller's choice. */
export function callerMetrics(
  { counted, plain }: LazyMetrics,
  { callers, callerCounts }: Pick<AdminSources, 'callers'> & { callerCounts: CallerCounts },
): void {
  counted(
    'caller_requests_total',
    'Requests of each caller that the callers file names, and of everyone else (other), by outcome: allowed (the call may have failed later), refused (for other, unknown callers too), would_be_refused (only reported). None without a callers file.',
    ['caller', 'outcome'],
    () => (callers === undefined ? [] : names(callers()).flatMap((name) => outcomes(name, callerCounts))),
  )
  plain(
    'callers_file_problems',
    'Problems of the callers file as it is on disk now. Above 0, an earlier state of the file is in use.',
    () => callers?.().problems.length ?? 0,
  )
  plain(
    'callers_file_loaded_timestamp_seconds',
    'When the sidecar began to use the present state of the callers file, in seconds since 1970; 0 without a callers file.',
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
