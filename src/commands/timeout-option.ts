/** A longer timer would overflow. */
export const mostSeconds = 2_000_000

/** The seconds of `--timeout`, 60 without it; undefined for any other text. */
export function timeoutSeconds(option: unknown): number | undefined {
  if (option === undefined) return 60
  if (typeof option !== 'string' || !/^\d+(\.\d+)?$/.test(option)) return undefined
  const seconds = Number(option)
  return seconds <= mostSeconds ? seconds : undefined
}
