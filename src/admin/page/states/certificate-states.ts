import { duration, moment } from '../../../words/units.ts'
import type { Facts } from '../../status/known-facts.ts'
import type { SidecarState } from './sidecar-state.ts'

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
      title: 'The certificate files have a problem, and are not in use',
      sentence: `The sidecar goes on with what it read at ${moment(certificate.since, now)}. ${problem.happened}.`,
      remedy: problem.remedy,
      since: problem.since,
    })
  }
  return found
}

function ofDates({ since, validFrom, validUntil }: NonNullable<Facts['certificate']>, now: number): SidecarState[] {
  const [from, until] = [Date.parse(validFrom), Date.parse(validUntil)]
  const state = { name: 'certificate_ends', condition: 'bad', verdict: 'No program can call over HTTPS' } as const
  if (now < from) {
    return [
      {
        ...state,
        title: 'The certificate is not valid yet',
        sentence: `It is valid only from ${moment(validFrom, now)} on, and callers over HTTPS refuse it.`,
        remedy: 'Check the clock of this machine; if it is right, put the earlier certificate back.',
        since,
      },
    ]
  }
  const remedy =
    'Renew it, and put the new one with its key into the files of SIDECAR_TLS_CERT_FILE and SIDECAR_TLS_KEY_FILE. They are read again within 5 seconds.'
  if (now > until) {
    return [
      {
        ...state,
        title: 'The certificate has ended',
        sentence: `It has ended at ${moment(validUntil, now)}, and callers over HTTPS refuse it.`,
        remedy,
        since: validUntil,
      },
    ]
  }
  if (until - now > soonMs) return []
  return [
    {
      name: 'certificate_ends',
      condition: 'warning',
      title: 'The certificate ends soon',
      verdict: 'It works, but the certificate ends soon',
      sentence: `It ends in ${duration(until - now)}, at ${moment(validUntil, now)}. From then on callers over HTTPS refuse it.`,
      remedy,
      since: new Date(Math.max(Date.parse(since), until - soonMs)).toISOString(),
    },
  ]
}
