import { duration, moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'
import { stateWords } from './state-words.ts'

/** States of the certificate of `tls:` listeners (design/promises 14.5). The browser loads this module. */

/** Somebody has to renew it by hand perhaps, and certificates from an office's own CA take days. */
const soonMs = 14 * 24 * 3_600_000

export function certificateStates({ certificate }: Pick<Facts, 'certificate'>, now: number): SidecarState[] {
  if (certificate === undefined) return []
  const { problem } = certificate
  const found = ofDates(certificate, now)
  if (problem !== undefined) {
    found.push({
      name: 'certificate_problems',
      condition: 'warning',
      ...stateWords().certificate(moment(certificate.since, now), problem.happened),
      remedy: problem.remedy,
      since: problem.since,
    })
  }
  return found
}

function ofDates({ since, validFrom, validUntil }: NonNullable<Facts['certificate']>, now: number): SidecarState[] {
  const [from, until] = [Date.parse(validFrom), Date.parse(validUntil)]
  const { noHttps, certificateEarly, certificateEnded, certificateEndsSoon } = stateWords()
  const state = { name: 'certificate_ends', condition: 'bad', verdict: noHttps } as const
  if (now < from) return [{ ...state, ...certificateEarly(moment(validFrom, now)), since }]
  if (now > until) return [{ ...state, ...certificateEnded(moment(validUntil, now)), since: validUntil }]
  if (until - now > soonMs) return []
  return [
    {
      name: 'certificate_ends',
      condition: 'warning',
      ...certificateEndsSoon(duration(until - now), moment(validUntil, now)),
      since: new Date(Math.max(Date.parse(since), until - soonMs)).toISOString(),
    },
  ]
}
