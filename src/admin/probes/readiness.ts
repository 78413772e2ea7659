import type { SidecarState } from '../page/states/sidecar-state.ts'

/** Whether traffic should come here, with the reason as a sentence for people. */
export type Readiness = { ready: boolean; reason: string }

/**
 * Judges from known facts, without asking CATAPA (design/promises 5.1): if probes depended on CATAPA, an outage would take every
 * pod down (design/field 18). A token that expired without calls is no failure: the next request gets another.
 */
export function readinessOf(states: readonly SidecarState[]): Readiness {
  const against = states.find(({ unready }) => unready === true)
  if (against !== undefined) return { ready: false, reason: `${against.name}: ${inOneLine(against)}` }
  // The last token serves until it expires; no other will come.
  const last = states.find(({ name }) => name === 'login_required')
  return { ready: true, reason: last === undefined ? 'ready' : `ready for now. ${inOneLine(last)}` }
}

function inOneLine({ title, sentence, remedy }: SidecarState): string {
  return [`${title}.`, sentence, ...(remedy === undefined ? [] : [remedy])].join(' ')
}
