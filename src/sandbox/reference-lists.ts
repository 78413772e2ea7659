import * as company from './company.ts'
import { page } from './pages.ts'
import type { Fields } from './query-filter.ts'
import { type Endpoint, type Endpoints, json, type SandboxCall } from './sandbox-request.ts'

type Row = { id: string; name: string }
type Coded = Row & { code: string }

const plain: Fields<Row> = { id: (row) => row.id, name: (row) => row.name }
const coded: Fields<Coded> = { ...plain, code: (row) => row.code }

/** The lists around the employees that nothing changes. */
export const referenceLists: Endpoints = {
  'GET /core/v1/organizations': list(company.organizations),
  'GET /core/v1/positions': list(company.positions),
  'GET /core/v1/job-titles': list(company.jobTitles),
  'GET /core/v1/job-levels': list(company.jobLevels),
  'GET /core/v1/locations': list(company.locations),
  'GET /core/v1/banks': list(company.banks),
  'GET /core/v1/cities': list(company.cities),
  'GET /core/v1/countries': list(company.countries),
  'GET /core/v1/religions': list(company.religions),
  'GET /core/v1/employment-types': (call) => page(call, company.employmentTypes, plain, (row) => row, 'name'),
  // The one path whose `=` CATAPA's reference writes encoded.
  'GET /core/v1/tax-calculations/externalId%3D{externalId}': taxCalculation,
}

function list<Item extends Coded>(rows: readonly Item[]): Endpoint {
  const sorted = rows.toSorted((one, other) => (one.code < other.code ? -1 : 1))
  return (call) => page(call, sorted, coded, (row) => row)
}

/** Every external id has one; the reference doesn't give the shape of the answer. */
function taxCalculation(call: SandboxCall) {
  const [externalId = ''] = call.params
  const gross = 10_000_000 + (externalId.length % 20) * 250_000
  return json(200, { externalId, method: 'GROSS', ptkpCategory: 'TK/0', gross, tax: Math.round(gross * 0.02) })
}
