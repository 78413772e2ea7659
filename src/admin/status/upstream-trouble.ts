import type { FinishedRequest } from '../../log/finished-request.ts'
import type { Failure } from '../../problems/failure.ts'

/** What came of a question to CATAPA: an answer, or none; or nobody could ask, for want of a token. */
export type Probed = Failure | 'answered' | 'not asked'

type Trouble = Readonly<{
  /** CATAPA could not be reached, or its certificate is not trusted; undefined where it failed later. */
  way: 'upstream_unreachable' | 'upstream_tls_untrusted' | undefined
  failure: Failure
  /** The first failure of this kind in a row, and the last, on the wall clock. */
  since: number
  at: number
}>

/** Whether the latest request to CATAPA's API failed on the way, by calls and by probes. */
export function upstreamTrouble(now: () => number = Date.now) {
  let trouble: Trouble | undefined

  function failed(failure: Failure): void {
    const at = now()
    const way = wayOf(failure)
    const since = trouble !== undefined && trouble.way === way ? trouble.since : at
    trouble = { way, failure, since, at }
  }

  return {
    finished({ failure, origin, status }: FinishedRequest): void {
      if (failure?.code.startsWith('upstream_')) failed(failure)
      if (origin === 'catapa' && status !== undefined) trouble = undefined
    },
    probed(outcome: Probed): void {
      if (outcome === 'answered') trouble = undefined
      else if (outcome !== 'not asked') failed(outcome)
      else if (trouble !== undefined) trouble = { ...trouble, at: now() } // Nothing shows that it is over.
    },
    current: () => trouble,
  }
}

function wayOf({ code, cause }: Failure): Trouble['way'] {
  if (cause === 'connect_timeout') return 'upstream_unreachable'
  return code === 'upstream_tls_untrusted' || code === 'upstream_unreachable' ? code : undefined
}
