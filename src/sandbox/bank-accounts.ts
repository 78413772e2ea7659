import { eachId } from './bulk.ts'
import { page } from './pages.ts'
import type { Employee } from './people.ts'
import { banks, uuid } from './reference-lists.ts'
import { type Endpoints, json, springError } from './sandbox-request.ts'

/** Where salaries go. Approving is a PUT that is not idempotent: the second time it fails. */
export function bankAccounts(people: readonly Employee[]): Endpoints {
  const configurations = people.map(configurationOf)
  const byId = new Map(configurations.map((configuration) => [configuration.id, configuration]))
  return {
    'GET /core/v1/bank-account-configurations': (call) => page(call, configurations, 'employee.identificationNumber'),
    'GET /core/v1/bank-account-configurations/{id}': (call) => {
      const configuration = byId.get(call.params[0] ?? '')
      return configuration
        ? json(200, configuration)
        : springError(404, call.path, 'Bank account configuration not found')
    },
    'PUT /core/v1/bank-account-configurations/approvals/approve': (call) =>
      eachId(call, 'NOT_APPROVED', (id) => {
        const configuration = byId.get(id)
        if (!configuration) return 'No such bank account configuration'
        if (configuration.approvalStatus !== 'WAITING') return 'Already approved'
        configuration.approvalStatus = 'APPROVED'
        return undefined
      }),
  }
}

function configurationOf({ id, identificationNumber, name, active, joinDate }: Employee, at: number) {
  const accountNumber = `000000${String(at + 1).padStart(4, '0')}`
  return {
    id: uuid(`bank account configuration ${id}`),
    employee: { id, identificationNumber, name, active },
    paymentMethod: 'TRANSFER',
    effectiveDate: joinDate,
    defaultBankAccount: {
      id: uuid(`bank account ${id}`),
      bank: banks[at % banks.length],
      accountNumber,
      accountName: name,
    },
    approvalStatus: at % 6 === 0 ? 'WAITING' : 'APPROVED',
  }
}
