import { knownOperations } from '../../operations/catalogue.ts'

const below = '/**'

/**
 * The paths whose subjects are looked for: the one given or, where it ends in `/**`, also the paths of CATAPA's operations below it
 * that have no other id. They have to be listed, since a subject is a digest of a whole path.
 */
export function meantPaths(path: string): string[] {
  if (!path.endsWith(below)) return [path]
  const base = path.slice(0, -below.length)
  const own = base.split('/')
  const rests = knownOperations.flatMap(({ template }) => {
    const segments = template.split('/')
    const rest = segments.slice(own.length)
    const fits = own.every((segment, index) => isAt(segment, segments[index]))
    return fits && !rest.some((segment) => segment.includes('{')) ? [rest.map((segment) => `/${segment}`).join('')] : []
  })
  return [...new Set([base, ...rests.map((rest) => base + rest)])]
}

/** Whether a segment fits that of a template, which may be `{id}` or `externalId%3D{id}`. */
function isAt(segment: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return false
  const brace = pattern.indexOf('{')
  return brace === -1 ? segment === pattern : segment.startsWith(pattern.slice(0, brace)) && segment.length > brace
}
