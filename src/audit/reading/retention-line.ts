import { memberAt } from '../../network/member.ts'

/** The `seq` of the last line that was deleted, by a retention line (design/promises 9.6); undefined where it does not say. */
export function deletedToOf(bytes: Buffer): number | undefined {
  const line: unknown = JSON.parse(bytes.toString())
  const lastSeq = memberAt(line, 'detail', 'lastSeq')
  return typeof lastSeq === 'number' ? lastSeq : undefined
}
