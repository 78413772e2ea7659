import type { Socket } from 'node:net'
import { everyone, everyoneElse, type Section } from '../../callers/caller.ts'
import { type Limits, unlimited } from '../../callers/restrictions.ts'
import { newShare, type Share } from './share.ts'
import { setLimits } from './share-rate.ts'

/** Where connections come in that are not those of one caller: an entry of SIDECAR_LISTEN. */
export type Entrance = { name: string; share: Share | undefined }

const entrances = new WeakMap<Socket, Entrance>()

/** Notes by which listener a connection came in. */
export function setEntrance(socket: Socket, entrance: Entrance): void {
  entrances.set(socket, entrance)
}

export type ShareRegister = {
  /** The share of a caller: `name` as log, metrics and page have it, where there is a callers file. */
  of(name: string | undefined, socket: Socket): Share
  /** Uses these sections of a callers file from now on. */
  useSections(sections: readonly Section[], now: number): void
  /** Those that have had a turn or wait for one, as far as they exist: one a section and one a listener at most. */
  all(): Share[]
}

/** The shares of all callers (design/promises 10.1). */
export function shareRegister(): ShareRegister {
  const named = new Map<string, Share>()
  const ofListeners = new Set<Share>()
  const elsewhere: Entrance = { name: 'another listener', share: undefined }
  let wanted: ReadonlyMap<string, Limits> = new Map()

  function shareOfListener(entrance: Entrance): Share {
    if (entrance.share === undefined) {
      entrance.share = newShare(entrance.name, 'listener', wanted.get(everyone) ?? unlimited)
      ofListeners.add(entrance.share)
    }
    return entrance.share
  }

  function shareOfName(name: string): Share {
    const known = named.get(name)
    if (known !== undefined) return known
    const share = newShare(name, 'name', wanted.get(name) ?? unlimited)
    named.set(name, share)
    return share
  }

  return {
    of(name, socket) {
      if (name !== undefined && name !== everyoneElse) return shareOfName(name)
      return shareOfListener(entrances.get(socket) ?? elsewhere)
    },
    useSections(sections, now) {
      wanted = new Map(sections.map(({ name, limits }) => [name, limits]))
      for (const share of ofListeners) setLimits(share, wanted.get(everyone) ?? unlimited, now)
      for (const [name, share] of named) {
        if (!wanted.has(name) && !isBusy(share)) named.delete(name)
        else setLimits(share, wanted.get(name) ?? unlimited, now)
      }
    },
    all: () => [...named.values()].filter((share) => wanted.has(share.name) || isBusy(share)).concat([...ofListeners]),
  }
}

/** Its caller is gone from the file, but not all of its requests are. */
function isBusy({ inFlight, waiting, forToken }: Share): boolean {
  return inFlight > 0 || waiting > 0 || forToken.waiting > 0
}
