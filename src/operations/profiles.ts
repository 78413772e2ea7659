import type { Domain, Operation } from './operation.ts'

/** The profiles (design/promises 8.6), from the widest. */
export const profileNames = [
  ...(['full', 'no-bulk-delete', 'no-delete', 'no-approvals'] as const),
  ...(['read-only', 'payroll-input', 'time-import', 'directory'] as const),
] as const
export type ProfileName = (typeof profileNames)[number]

type Profile = Readonly<{
  known(operation: Operation): boolean
  /** For requests that the catalogue does not have. HEAD comes as GET. */
  unknown(method: string, path: string): boolean
}>

const reads = ({ effect }: Operation) => effect === 'read' || effect === 'compute'
const deletes = ({ effect }: Operation) => effect === 'delete' || effect === 'bulk-delete'
const readsOrWrites = (operation: Operation) => reads(operation) || operation.effect === 'write'
const isOf = (operation: Operation, ...domains: Domain[]) => domains.includes(operation.domain)
const everything = () => true
const nothing = () => false

const readOnly: Profile = { known: reads, unknown: (method) => method === 'GET' }
const directory: Profile = {
  known: (operation) => reads(operation) && isOf(operation, 'people', 'organisation'),
  unknown: nothing,
}

/** Signs of a decision or of bank accounts in a path that the catalogue does not have. */
const decision = /\/(approvals?|approve|reject|undo)(\/|$)|\/bank-account/i

/** What each profile allows. The narrow ones name their effects and domains, so a new one is in none of them. */
const profiles: Readonly<Record<ProfileName, Profile>> = {
  full: { known: everything, unknown: everything },
  'no-bulk-delete': { known: ({ effect }) => effect !== 'bulk-delete', unknown: everything },
  'no-delete': { known: (operation) => !deletes(operation), unknown: (method) => method !== 'DELETE' },
  'no-approvals': {
    known: (operation) => operation.effect !== 'decide' && (reads(operation) || !isOf(operation, 'bank')),
    unknown: (method, path) => method === 'GET' || !decision.test(path),
  },
  'read-only': readOnly,
  'payroll-input': {
    known: (operation) => reads(operation) || (isOf(operation, 'input') && readsOrWrites(operation)),
    unknown: readOnly.unknown,
  },
  'time-import': {
    known: (operation) => directory.known(operation) || (isOf(operation, 'time') && readsOrWrites(operation)),
    unknown: nothing,
  },
  directory,
}

/**
 * Whether a profile allows a request. HEAD is judged as GET; OPTIONS is an unknown operation (design/promises 8.6).
 *
 * @param operation from `findOperation`
 */
export function allows(
  profile: ProfileName,
  { method, path, operation }: Readonly<{ method: string; path: string; operation: Operation | undefined }>,
): boolean {
  const { known, unknown } = profiles[profile]
  return operation === undefined ? unknown(method === 'HEAD' ? 'GET' : method, path) : known(operation)
}
