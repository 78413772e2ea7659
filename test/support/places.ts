import { fairPlaces, type Places } from '../../src/forwarding/places.ts'
import { waitingRoom } from '../../src/forwarding/waiting-room.ts'

/** One place, for tests that are not about turns. */
export function onePlace(): Places {
  const settings = { upstreamConnections: 1, queueTimeoutMs: 1000, holdMs: 0 }
  return fairPlaces(settings, waitingRoom(1), { info() {}, warn() {} })
}
