/**
 * Ids of requests that say where they come from, as UUIDs, which log and trail show as they are. `life` counts the processes of a
 * sidecar, `number` is the program's own.
 */
export type RequestName = Readonly<{
  sidecar: number
  life: number
  program: number
  kind: 'read' | 'write' | 'late' | 'refused'
  number: number
}>

const kinds = ['read', 'write', 'late', 'refused'] as const

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')

export function idOf({ sidecar, life, program, kind, number }: RequestName): string {
  return `${hex(number, 8)}-${hex(life, 4)}-4${hex(program, 3)}-8${hex(sidecar, 1)}${hex(kinds.indexOf(kind), 2)}-50a450a450a4`
}

/** @returns undefined for an id of another form */
export function nameOf(id: string): RequestName | undefined {
  const kind = kinds[Number.parseInt(id.slice(21, 23), 16)]
  if (kind === undefined || !id.endsWith('-50a450a450a4')) return undefined
  const at = (from: number, to: number) => Number.parseInt(id.slice(from, to), 16)
  return { number: at(0, 8), life: at(9, 13), program: at(15, 18), sidecar: at(20, 21), kind }
}

/** A word that stands in everything that is secret or personal: no output may have it. */
export const canary = 'hush4711'

/** What CATAPA answers to this request, to the byte. */
export function answerTo(id: string, target: string): string {
  const number = Number.parseInt(id.slice(0, 8), 16)
  return `{"by":"${id}","to":"${target}","pad":"${'x'.repeat((number * 37) % 900)}"}`
}
