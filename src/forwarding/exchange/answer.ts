/** The head of an answer of CATAPA's. */
export type AnswerHead = {
  status: number
  rawHeaders: readonly Buffer[]
  /** Asks for more after no more could be taken. */
  resume: () => void
}

/** A 401 is short; a body that may be sent again is kept up to the same size (design/promises 2.9), and an answer for a repeat. */
export const keptBytes = 64 * 1024

/** An answer that is kept back. */
export type KeptAnswer = { head: AnswerHead; chunks: Buffer[]; bytes: number }

/** The part of CATAPA's answer that has yet to go out: the pieces of one tick of the event loop leave as one. */
export type Answer = {
  /** The head, or what `pieces` has of the body, has yet to go out. */
  gathering: boolean
  pieces: Buffer[]
  gatheredBytes: number
  ended: boolean
  /** The caller reads more slowly than CATAPA sends. */
  full: boolean
  /** Lets more come from CATAPA, once. */
  resume: (() => void) | undefined
}

export function newAnswer(): Answer {
  return { gathering: false, pieces: [], gatheredBytes: 0, ended: false, full: false, resume: undefined }
}
