/** A longer timer would overflow. */
const mostSeconds = 2_000_000

export const timeoutFlaw = `--timeout should be seconds, from 0 to ${mostSeconds}, for example 2.5`

/** The seconds of `--timeout`, 60 without it; undefined for any other text. */
export function timeoutSeconds(option: unknown): number | undefined {
  if (option === undefined) return 60
  const isFit = typeof option === 'string' && /^\d+(\.\d+)?$/.test(option) && Number(option) <= mostSeconds
  return isFit ? Number(option) : undefined
}
