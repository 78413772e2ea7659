import { join, quit } from './queue.ts'
import type { PlaceWait, Share, TokenWait } from './share.ts'
import { leave, type Turns } from './turns.ts'

/** How many wait in all: for a place, and for a token (design/promises 10.3). */
export function inRoom({ waiting, waitingForToken }: Turns): number {
  return waiting + waitingForToken
}

/** Lets a call wait for a token, which comes to all at once: that needs no turn, but takes room. */
export function awaitToken(
  turns: Turns,
  asking: Pick<TokenWait, 'share' | 'waiter' | 'again'>,
  now: number,
): TokenWait {
  const wait: TokenWait = { ...asking, since: now, before: undefined, after: undefined }
  join(wait.share.forToken, wait)
  turns.waitingForToken += 1
  turns.tokenless.add(wait.share)
  return wait
}

/** Ends such a wait. */
export function endTokenWait(turns: Turns, wait: TokenWait): void {
  const { share } = wait
  quit(share.forToken, wait)
  turns.waitingForToken -= 1
  if (share.forToken.waiting === 0) turns.tokenless.delete(share)
}

/**
 * Makes room where the room is full: the last call of the share with the most waiting goes, for a place or for a token, if a
 * newcomer of `share` would wait with fewer. @returns it
 */
export function giveWay(turns: Turns, share: Share): PlaceWait | TokenWait | undefined {
  let most = share
  for (const crowd of [turns.queued, turns.tokenless]) {
    for (const other of crowd) if (waitingOf(other) > waitingOf(most)) most = other
  }
  if (waitingOf(most) <= waitingOf(share) + 1) return undefined
  const { last, forToken } = most
  if (forToken.last !== undefined && (last === undefined || isBehind(forToken.last, last))) {
    const wait = forToken.last
    endTokenWait(turns, wait)
    return wait
  }
  if (last !== undefined) leave(turns, last)
  return last
}

function waitingOf({ waiting, forToken }: Share): number {
  return waiting + forToken.waiting
}

type Behind = Pick<PlaceWait, 'again' | 'since'>

function isBehind(one: Behind, other: Behind): boolean {
  return one.again === other.again ? one.since >= other.since : other.again
}
