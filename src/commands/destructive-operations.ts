import type { CallersFile } from '../callers/caller.ts'
import { judge } from '../callers/judge/judge.ts'
import { unrestricted } from '../callers/restrictions.ts'
import { operations } from '../operations/catalogue.ts'
import type { ProfileName } from '../operations/profiles.ts'

/**
 * Operations of CATAPA that delete for many people at once, and that any caller may call.
 *
 * @param everyone SIDECAR_PROFILE
 */
export function destructiveOperations(everyone: readonly ProfileName[], callers: CallersFile | undefined): string[] {
  const restrictions = callers?.sections.map((section) => section.restrictions) ?? [unrestricted]
  return operations
    .filter((operation) => {
      const { effect, method, template: path } = operation
      const asked = { method, path, query: undefined, rawHeaders: [], operation }
      return effect === 'bulk-delete' && restrictions.some((own) => judge(asked, own, everyone).verdict !== 'refused')
    })
    .map(({ method, template }) => `${method} ${template}`)
}
