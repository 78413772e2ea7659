import { waitWords } from './wait-words.ts'

/** A longer timer would overflow. */
const mostSeconds = 2_000_000

/** What `--timeout` should be. */
export function timeoutFlaw(): string {
  return waitWords().timeoutFlaw(mostSeconds)
}

/** The seconds of `--timeout`, 60 without it; undefined for any other text. */
export function timeoutSeconds(option: unknown): number | undefined {
  if (option === undefined) return 60
  const isFit = typeof option === 'string' && /^\d+(\.\d+)?$/.test(option) && Number(option) <= mostSeconds
  return isFit ? Number(option) : undefined
}
