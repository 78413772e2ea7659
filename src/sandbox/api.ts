import { bankAccounts } from './bank-accounts.ts'
import { companies } from './companies.ts'
import { bytes, echo } from './echo.ts'
import { employees } from './employees.ts'
import { fingerprints } from './fingerprints.ts'
import { identity } from './identity.ts'
import { neighbours } from './neighbours.ts'
import { payslips } from './payslips.ts'
import type { Person } from './people.ts'
import { router } from './router.ts'
import type { Endpoint } from './sandbox-request.ts'
import type { State } from './state.ts'

/** Everything that needs a token: what is modelled of CATAPA, the echo and the bytes. */
export function apiOf(state: State, invented: readonly Person[]): Endpoint {
  const people = new Map(invented.map((person) => [person.id, person]))
  // An HR manager, so that a look at `users/me` makes sense.
  const me = invented.find((person) => person.position.code === 'MGR-HRD')
  const find = router({
    ...identity(state, invented, me),
    ...employees(people),
    ...payslips(people),
    ...fingerprints(people),
    ...bankAccounts(invented),
    ...companies(),
    ...neighbours,
    ...bytes,
  })
  return (call) => (/^\/sandbox\/echo(?:\/|$)/.test(call.path) ? echo(call) : find(call))
}
