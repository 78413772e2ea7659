import { type ChainHead, noHead } from '../audit-line.ts'
import type { FormedLine } from './line-form.ts'

/** What has been read of a trail, in its order. */
export type Chain = {
  first: FormedLine | undefined
  last: FormedLine | undefined
  lines: number
  /** Retention lines say that the lines up to this one were deleted; 0 where there are none. */
  deletedTo: number
  /** How many days are kept, as they say. */
  keepDays: KeptDays | undefined
  /** The `seq` of each segment line, and the time of the line before it where it says that. */
  readonly starts: Map<number, string | undefined>
  /** The head that is looked for, and whether it was met; `other`: its line is another one. */
  readonly head: ChainHead | undefined
  headFound: 'met' | 'other' | undefined
}

/** Retention lines may differ, since the setting may. */
export type KeptDays = Readonly<{ least: number; most: number }>

export function newChain(head: ChainHead | undefined): Chain {
  const read = { first: undefined, last: undefined, lines: 0, deletedTo: 0, keepDays: undefined, starts: new Map() }
  return { ...read, head, headFound: undefined }
}

/** What stands before a line. Of the first line that is kept the one before is known by its hash alone. */
function before({ last }: Chain, { seq, prev }: FormedLine): ChainHead {
  return last ?? { seq: seq - 1, hash: seq === 1 ? noHead.hash : prev }
}

/**
 * Why a line whose own hash is right does not follow what was read (design/promises 9.5), or is not the one that the head
 * names; undefined where all is well.
 */
export function flawInChain(chain: Chain, line: FormedLine): string | undefined {
  const { seq, hash } = before(chain, line)
  if (line.seq !== seq + 1) return jump(seq, line.seq)
  if (line.prev !== hash) {
    return chain.last === undefined
      ? 'it is the first line of the trail, and its prev is not 64 zeros'
      : `its prev is not the hash of the line before (seq ${seq}): a line was put in the place of another`
  }
  const named = namedByHead(chain, line)
  if (named === undefined || named.hash === chain.head?.hash) return undefined
  chain.headFound = 'other'
  return `the line with seq ${named.seq} has another hash than the head: it is another one`
}

/** Adds a line that has no flaw. */
export function add(chain: Chain, line: FormedLine): void {
  if (namedByHead(chain, line) !== undefined) chain.headFound = 'met'
  chain.first ??= line
  chain.last = line
  chain.lines += 1
}

/** Of a line and, where it is the first, the one before it: the one that has the number of the head. */
function namedByHead(chain: Chain, line: FormedLine): ChainHead | undefined {
  const { head, last } = chain
  if (head === undefined) return undefined
  if (line.seq === head.seq) return line
  return last === undefined && line.seq === head.seq + 1 ? before(chain, line) : undefined
}

function jump(from: number, to: number): string {
  if (to <= from) return `seq ${to} follows seq ${from}: a line comes twice, or in the wrong place`
  return `seq ${to} follows seq ${from}: ${missing(from + 1, to - 1)}`
}

/** `the lines 6 to 9 are missing`. */
export function missing(from: number, to: number): string {
  return from === to ? `the line ${from} is missing` : `the lines ${from} to ${to} are missing`
}
