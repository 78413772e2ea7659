import { addOns } from './add-ons.ts'
import { bankAccounts } from './bank-accounts.ts'
import { companies } from './companies.ts'
import { bytes, echo } from './echo.ts'
import { employees } from './employees.ts'
import { fingerprints } from './fingerprints.ts'
import { identity } from './identity.ts'
import { payslips } from './payslips.ts'
import type { Employee } from './people.ts'
import { referenceLists } from './reference-lists.ts'
import { router } from './router.ts'
import type { Endpoint } from './sandbox-request.ts'
import type { SandboxState } from './state.ts'

/** Everything that needs a token: what is modelled of CATAPA, the echo and the bytes. */
export function apiOf(state: SandboxState, invented: readonly Employee[]): Endpoint {
  const people = new Map(invented.map((employee) => [employee.id, employee]))
  const find = router({
    ...identity(state, invented),
    ...employees(people),
    ...payslips(people),
    ...fingerprints(people),
    ...addOns(people),
    ...bankAccounts(invented),
    ...companies(),
    ...referenceLists,
    ...bytes,
  })
  return (call) => (/^\/sandbox\/echo(?:\/|$)/.test(call.path) ? echo(call) : find(call))
}
