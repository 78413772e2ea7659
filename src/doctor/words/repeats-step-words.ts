import { words } from '../../words/language.ts'
import { plural } from '../../words/units.ts'

type Found = { guarded: 'all' | 'some'; unknown: number; by: 'trail' | 'running sidecar' }

export const repeatsStepWords = words('repeatsStepWords', {
  found: ({ guarded, unknown, by }: Found) =>
    `${guarded === 'all' ? 'all callers' : 'callers of the callers file'} are guarded; ${unknown === 0 ? 'no write' : plural(unknown, 'write')} of unknown outcome, ${by === 'trail' ? 'by the audit trail' : 'by the running sidecar'}`,
  oldest: (time: string) =>
    `the oldest is of ${time}. Look in CATAPA whether it is there, and release it if not: catapa-sidecar repeats`,
  sharesAnEntry:
    'callers without a name are one caller to the guard: the same write of two of them looks like a repeat. Name them in the callers file.',
})
