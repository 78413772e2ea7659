/** A pause has begun before a byte of the request had left: it waits for the end of that, or is turned away. */
export class PausedError extends Error {
  readonly leftMs: number

  constructor(leftMs: number) {
    super('CATAPA has asked for a pause')
    this.name = 'PausedError'
    this.leftMs = leftMs
  }
}
