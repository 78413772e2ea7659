/** More layers of percent-encoding than any honest program applies; removing thousands would take seconds. */
const mostLayers = 8

/** `%2E` and IIS's `%u002E`. */
const plain = /%(?:u00)?([0-7][0-9a-f])/gi
/** Overlong UTF-8, `%C0%AE` or `%E0%80%AE`: lenient decoders take it for the ASCII character that it spells out. */
const overlong = /%(?:c([01])|(?:e0|f0%80|f8%80%80|fc%80%80%80)%8([01]))%([89ab][0-9a-f])/gi

/** Removes one layer of percent-encoding from ASCII characters; the rest, broken escapes included, stays as it is. */
export function decodeOnce(text: string): string {
  if (!text.includes('%')) return text
  return text
    .replace(overlong, (_, short: string | undefined, long: string | undefined, last: string) =>
      String.fromCharCode((Number(short ?? long) << 6) | (Number.parseInt(last, 16) & 0x3f)),
    )
    .replace(plain, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Removes every layer; undefined when they are too many. */
export function decodeFully(text: string): string | undefined {
  let decoded = text
  for (let layer = 0; layer <= mostLayers; layer++) {
    const next = decodeOnce(decoded)
    if (next === decoded) return decoded
    decoded = next
  }
  return undefined
}
