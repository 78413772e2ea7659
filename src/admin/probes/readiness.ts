import { inWords } from '../../problems/explain.ts'
import type { TokenState } from '../../tokens/cache/token-cache.ts'

/** Whether traffic should come here, with the reason as a sentence for people. */
export type Readiness = { ready: boolean; reason: string }

/**
 * Judges from known facts, without asking CATAPA (design/promises 5.1): if probes depended on CATAPA, an outage would take every
 * pod down (design/field 18). A token that expired without calls is no failure: the next request gets another. `answered`: the
 * first token request was, or has failed.
 */
export function readiness(
  { valid, failure }: Pick<TokenState, 'valid' | 'failure'>,
  { stopping, answered }: { stopping: boolean; answered: boolean },
): Readiness {
  if (stopping) return no('draining: the sidecar is shutting down')
  if (failure !== undefined && !(failure.code !== 'credentials_rejected' && valid)) {
    return no(`${failure.code}: ${inWords(failure, 'operator')}`)
  }
  if (!answered) return no('starting: the first token request has not been answered yet')
  // The last token serves until it expires; no other will come.
  if (failure?.code === 'login_required')
    return { ready: true, reason: `ready for now. ${inWords(failure, 'operator')}` }
  return { ready: true, reason: 'ready' }
}

function no(reason: string): Readiness {
  return { ready: false, reason }
}
