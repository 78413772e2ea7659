import { createHash } from 'node:crypto'
import { page } from './pages.ts'
import { type Endpoint, type Endpoints, json, type SandboxCall } from './sandbox-request.ts'

// What surrounds the employees. Codes of banks from 991 and the words for example, fiction and perhaps show that nothing here is real.

/** One row of a list, as most of CATAPA's answers show it. */
export type Row = Readonly<{ id: string; code: string; name: string }>

export const jobTitles = rows('job title', { DIR: 'Direktur', MGR: 'Manajer', STF: 'Staf' })
export const locations = rows('location', {
  'BDG-01': 'Kantor Bandung',
  'JKT-HQ': 'Kantor Pusat Jakarta',
  'SBY-01': 'Pabrik Surabaya',
})
export const banks = rows('bank', {
  991: 'Bank Contoh Nusantara',
  992: 'Bank Rekaan Sejahtera',
  993: 'Bank Umpama Syariah',
})
const employmentTypes = rows('employment type', { PKWT: 'Karyawan Kontrak', PKWTT: 'Karyawan Tetap' })

/** The lists that nothing changes. */
export const referenceLists: Endpoints = {
  'GET /core/v1/organizations': list(rows('organization', { DIR: 'Direksi', FIN: 'Keuangan', PRD: 'Produksi' })),
  'GET /core/v1/positions': list(rows('position', { DIR: 'Direktur', MGR: 'Manajer', STF: 'Staf' })),
  'GET /core/v1/job-titles': list(jobTitles),
  'GET /core/v1/job-levels': list(rows('job level', { DIR: 'Direktur', MGR: 'Manajer', STF: 'Staf' })),
  'GET /core/v1/locations': list(locations),
  'GET /core/v1/banks': list(banks),
  'GET /core/v1/cities': list(rows('city', { BDG: 'Bandung', JKT: 'Jakarta Selatan', SBY: 'Surabaya' })),
  'GET /core/v1/countries': list(rows('country', { ID: 'Indonesia', JP: 'Jepang', SG: 'Singapura' })),
  'GET /core/v1/religions': list(rows('religion', { BDH: 'Buddha', HND: 'Hindu', ISL: 'Islam', KRS: 'Kristen' })),
  'GET /core/v1/employment-types': list(
    employmentTypes.map(({ code, ...row }) => ({ ...row, employmentGroupCode: code })),
  ),
  // The one path whose `=` CATAPA's reference writes encoded.
  'GET /core/v1/tax-calculations/externalId%3D{externalId}': taxCalculation,
}

function rows(kind: string, names: Readonly<Record<string, string>>): Row[] {
  return Object.entries(names).map(([code, name]) => ({ id: uuid(`${kind} ${code}`), code, name }))
}

/** A UUID that belongs to a name (the form of RFC 9562 §5.8): the same in every run. */
export function uuid(name: string): string {
  const hex = createHash('sha256').update(`catapa-sandbox ${name}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function list(content: readonly object[]): Endpoint {
  return (call) => page(call, content)
}

/** Every external id has one; the reference doesn't give the shape of the answer. */
function taxCalculation(call: SandboxCall) {
  return json(200, {
    externalId: call.params[0],
    method: 'GROSS',
    ptkpCategory: 'TK/0',
    gross: 10_000_000,
    tax: 200_000,
  })
}
