import { banks, rupiah } from './company.ts'
import { idsIn } from './employees.ts'
import { uuid } from './invention.ts'
import { page } from './pages.ts'
import type { Employee } from './people.ts'
import type { Fields } from './query-filter.ts'
import { type Endpoints, json, readJson, springError } from './sandbox-request.ts'

type Configuration = ReturnType<typeof configurationOf>

const fields: Fields<Configuration> = {
  id: (row) => row.id,
  employeeId: (row) => row.employee.id,
  paymentMethod: (row) => row.paymentMethod,
  effectiveDate: (row) => row.effectiveDate,
  approvalStatus: (row) => row.approvalStatus,
}

/** Where salaries go. Approving is a PUT that is not idempotent: the second time it fails. */
export function bankAccounts(people: Iterable<Employee>): Endpoints {
  const configurations = [...people].map(configurationOf)
  const byId = new Map(configurations.map((configuration) => [configuration.id, configuration]))
  return {
    'GET /core/v1/bank-account-configurations': (call) =>
      page(call, configurations, fields, (row) => row, 'employee.identificationNumber'),
    'GET /core/v1/bank-account-configurations/{id}': (call) => {
      const configuration = byId.get(call.params[0] ?? '')
      return configuration
        ? json(200, configuration)
        : springError(404, call.path, 'Bank account configuration not found')
    },
    'PUT /core/v1/bank-account-configurations/approvals/approve': async (call) => {
      const ids = idsIn(await readJson(call))
      if (ids.length === 0) return springError(400, call.path, 'No ids in the body')
      const outcomes = ids.map((id) => ({ id, reason: approve(byId.get(id)) }))
      return json(200, {
        successes: outcomes.filter(({ reason }) => reason === undefined).map(({ id }) => ({ id })),
        failures: outcomes
          .filter(({ reason }) => reason !== undefined)
          .map(({ id, reason }) => ({ code: 'NOT_APPROVED', message: reason, params: { id, reason } })),
      })
    },
  }
}

/** Undefined once it is approved; otherwise why not. */
function approve(configuration: Configuration | undefined): string | undefined {
  if (!configuration) return 'No such bank account configuration'
  if (configuration.approvalStatus !== 'WAITING') return 'Already approved'
  configuration.approvalStatus = 'APPROVED'
  configuration.updatedDate = Date.now()
  return undefined
}

function configurationOf(person: Employee, at: number) {
  const { id, identificationNumber, name, active } = person
  const bank = banks[at % banks.length] ?? banks[0]
  const account = {
    id: uuid(`bank account ${id}`),
    bankId: bank.id,
    bank,
    bankBranchId: uuid(`bank branch ${bank.code}`),
    bankBranch: {
      id: uuid(`bank branch ${bank.code}`),
      name: `${bank.name} Pusat`,
      code: `${bank.code}-00`,
      address: 'Jalan Contoh',
      bank,
    },
    accountNumber: `000000${String(at + 1).padStart(4, '0')}`,
    accountName: name,
    beneficiaryId: null,
    priority: 1,
    currency: rupiah,
    percentage: 100,
    amount: null,
  }
  return {
    id: uuid(`bank account configuration ${id}`),
    employee: { id, identificationNumber, name, active },
    paymentMethod: 'TRANSFER',
    updatedDate: 1_735_689_600_000,
    effectiveDate: person.joinDate,
    distributionMethod: 'PERCENTAGE',
    defaultBankAccount: account,
    bankAccounts: [account],
    source: { id },
    approvalStatus: at % 6 === 0 ? 'WAITING' : 'APPROVED',
  }
}
