import type { Findings } from './findings.ts'
import { canary } from './ids.ts'
import type { Plants } from './plants.ts'

/** Looks for secrets and personal texts in everything that the sidecars put out. */
export type Outputs = Readonly<{
  /** For the pieces of one output, as they come. */
  watch(where: string): (piece: string) => void
  /** For a text in one piece. */
  look(where: string, text: string): void
  figures: { bytes: number }
}>

/** @param secrets those that do not have the canary in them */
export function watchOutputs(findings: Findings, plants: Plants, secrets: readonly string[]): Outputs {
  const needles = [canary, ...secrets]
  const longest = Math.max(...needles.map(({ length }) => length))
  const figures = { bytes: 0 }

  function watch(where: string): (piece: string) => void {
    let before = ''
    return (piece) => {
      figures.bytes += piece.length
      const text = before + piece + (plants.take('canary-shown') ? canary : '')
      const found = needles.find((needle) => text.includes(needle))
      if (found !== undefined) {
        const at = text.indexOf(found)
        findings.add(
          'nothing secret or personal in any output',
          `${where}: …${text.slice(Math.max(0, at - 200), at + 40)}…`,
        )
      }
      before = found === undefined ? text.slice(1 - longest) : ''
    }
  }

  return { watch, look: (where, text) => watch(where)(text), figures }
}
