/** How much a caller may send at a time (design/promises 10.2); `restrictions.ts` says what it may do. */
export type Limits = Readonly<{
  /** The most requests at CATAPA at a time; undefined: as many as there are places. */
  maxInFlight: number | undefined
  /** The most requests a second, on average; undefined: any number. */
  rate: number | undefined
}>

export const unlimited: Limits = { maxInFlight: undefined, rate: undefined }
