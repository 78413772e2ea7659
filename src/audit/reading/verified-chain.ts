import { type ChainHead, noHead } from '../audit-line.ts'
import type { FormedLine } from './line-form.ts'

/** The part of a trail read so far. */
export type Chain = {
  first: FormedLine | undefined
  last: FormedLine | undefined
  lines: number
  /** `seq` of the last line that retention lines call deleted; 0 where there are none. */
  deletedTo: number
  /** The days that they call kept. */
  keepDays: KeptDays | undefined
  /** By the `seq` of each segment line, the time of the line before it, where it states that. */
  readonly starts: Map<number, string | undefined>
  /** The head to look for, and whether it was met; `other`: the line of its number has another hash. */
  readonly head: ChainHead | undefined
  headFound: 'met' | 'other' | undefined
}

/** Retention lines differ after a change of the setting. */
export type KeptDays = Readonly<{ least: number; most: number }>

export function newChain(head: ChainHead | undefined): Chain {
  const read = { first: undefined, last: undefined, lines: 0, deletedTo: 0, keepDays: undefined, starts: new Map() }
  return { ...read, head, headFound: undefined }
}

/** The head before a line. For the first line that is kept, only its `prev` tells it. */
function before({ last }: Chain, { seq, prev }: FormedLine): ChainHead {
  return last ?? { seq: seq - 1, hash: seq === 1 ? noHead.hash : prev }
}

/**
 * Why a line with a right hash does not follow the lines read so far (design/promises 9.5), or is not the one that the head names;
 * undefined without a flaw.
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

/** The line with the number of the head: this one or, for the first line, the one before it. */
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
