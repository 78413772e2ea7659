import { domainToASCII } from 'node:url'

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
}

/** A size such as `100MiB` in bytes; Infinity for 0, which means no limit; undefined for any other text. */
export function parseSize(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text) ?? []
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined
  if (digits === '' || factor === undefined) return undefined
  const amount = Number(digits)
  if (amount === 0) return Number.POSITIVE_INFINITY
  // Rounded up, so that a part of a byte does not become 0, which would mean no limit.
  const bytes = Math.ceil(amount * factor)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `100 MiB`, in the largest unit that gives a whole number; `parseSize` reads it again. */
export function sizeInWords(bytes: number): string {
  for (const unit of ['GiB', 'GB', 'MiB', 'MB', 'KiB', 'kB']) {
    const factor = units[unit.toLowerCase()] ?? 1
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor} ${unit}`
  }
  return `${bytes} B`
}

/** Seconds as whole milliseconds. */
export function toMs(seconds: number): number {
  return Math.round(seconds * 1000)
}

/** The members of a list separated by spaces or commas. */
export function parseList(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((member) => member !== '')
}

/** A host name in lower case and ASCII, without a final dot; undefined for any other text. */
export function parseHostName(text: string): string | undefined {
  // domainToASCII reads as far as a "/", "?" or "#" and decodes "%", as if it were a URL.
  if (/[/\\?#@:%]/.test(text)) return undefined
  const name = domainToASCII(text.toLowerCase()).replace(/\.$/, '')
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) ? name : undefined
}

/**
 * An origin as browsers send it in `Origin`: lower case, without the scheme's default port. Undefined for any other text.
 * Schemes of browser extensions and apps (`chrome-extension:`, `tauri:`) have no origin in the URL standard, but
 * browsers send theirs as scheme and host.
 */
export function parseOrigin(text: string): string | undefined {
  const form = /^([a-z][a-z0-9+.-]*):\/\/[^/?#@*\\\s]+\/?$/i.exec(text)
  if (!form || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.origin === 'null' ? `${url.protocol}//${url.host.toLowerCase()}` : url.origin
}
