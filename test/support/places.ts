import { fairPlaces, type Places } from '../../src/forwarding/turns/places.ts'

/** One place, for tests that are not about turns. */
export function onePlace(): Places {
  const settings = { upstreamConnections: 1, queueTimeoutMs: 1000, holdMs: 0, maxWaiting: 1 }
  return fairPlaces(settings, { info() {}, warn() {} })
}
