/** A trail that another process writes: `start` ends with 3 (design/promises 9.10). */
export class TrailTakenError extends Error {
  readonly folder: string

  constructor(folder: string) {
    super(`another process writes the audit trail in ${folder}`)
    this.name = 'TrailTakenError'
    this.folder = folder
  }
}
