import { uuid } from './invention.ts'

// The invented company that the people of people.ts work for, in the shapes of CATAPA's answers. Codes from 9 upwards
// and the word "Contoh" (example) show that nothing here is real.

const by = {
  createdBy: 'sandbox',
  createdDate: 1_577_836_800_000,
  updatedBy: 'sandbox',
  updatedDate: 1_735_689_600_000,
}

function named<More extends object>(kind: string, code: string, name: string, more: More) {
  return { id: uuid(`${kind} ${code}`), code, name, ...more }
}

export const companyName = named('company', 'PTCNS', 'PT Contoh Nusantara Sejahtera', {})
const indonesia = named('country', 'ID', 'Indonesia', { callingCode: '+62', taxTreaty: false })

export const countries = [
  indonesia,
  named('country', 'SG', 'Singapura', { callingCode: '+65', taxTreaty: true }),
  named('country', 'JP', 'Jepang', { callingCode: '+81', taxTreaty: true }),
]

function city(code: string, name: string, stateCode: string, stateName: string) {
  return named('city', code, name, { state: named('state', stateCode, stateName, { country: indonesia }) })
}

const jakarta = city('JKT', 'Jakarta Selatan', 'DKI', 'DKI Jakarta')
const surabaya = city('SBY', 'Surabaya', 'JTM', 'Jawa Timur')
const bandung = city('BDG', 'Bandung', 'JBR', 'Jawa Barat')
const semarang = city('SMG', 'Semarang', 'JTG', 'Jawa Tengah')
const medan = city('MDN', 'Medan', 'SUT', 'Sumatera Utara')
const makassar = city('MKS', 'Makassar', 'SLS', 'Sulawesi Selatan')
const denpasar = city('DPS', 'Denpasar', 'BAL', 'Bali')

export const cities: readonly [City, ...City[]] = [jakarta, surabaya, bandung, semarang, medan, makassar, denpasar]
export type City = ReturnType<typeof city>

function location(code: string, name: string, at: City, latitude: number, longitude: number, headquarter = false) {
  const island = at === medan ? 'Sumatera' : at === makassar ? 'Sulawesi' : at === denpasar ? 'Bali' : 'Jawa'
  return named('location', code, name, {
    locationGroup: named('location group', island.toUpperCase(), island, {}),
    city: at,
    latitude,
    longitude,
    headquarter,
    address: `Jalan Contoh No. ${code.length + Math.abs(Math.round(latitude))}, ${at.name}`,
    phone: '+62 000 0000 0000',
    zipCode: '00000',
    company: companyName,
  })
}

const headquarters = location('JKT-HQ', 'Kantor Pusat Jakarta', jakarta, -6.2, 106.8, true)
export const locations: readonly [Location, ...Location[]] = [
  headquarters,
  location('SBY-01', 'Pabrik Surabaya', surabaya, -7.3, 112.7),
  location('BDG-01', 'Kantor Bandung', bandung, -6.9, 107.6),
  location('SMG-01', 'Gudang Semarang', semarang, -7, 110.4),
  location('MDN-01', 'Cabang Medan', medan, 3.6, 98.7),
  location('MKS-01', 'Cabang Makassar', makassar, -5.1, 119.4),
  location('DPS-01', 'Cabang Denpasar', denpasar, -8.7, 115.2),
]
export type Location = ReturnType<typeof location>

function hierarchy(level: number, name: string, color: string) {
  return named('hierarchy', `H${level}`, name, { color, level })
}

const top = {
  ...named('organization', 'DIR', 'Direksi', {
    type: 'DIRECTORATE',
    effectiveDate: '2004-01-01',
    endDate: null,
    ...by,
  }),
  organizationHierarchy: hierarchy(1, 'Direksi', '#1F3A5F'),
  organizationGroup: named('organization group', 'CORP', 'Korporat', {}),
  organizationParent: null,
  company: companyName,
}

function department(code: string, name: string, group: 'CORP' | 'OPS') {
  return {
    ...top,
    ...named('organization', code, name, { type: 'DEPARTMENT' }),
    organizationHierarchy: hierarchy(2, 'Departemen', '#3A7D44'),
    organizationGroup: named('organization group', group, group === 'CORP' ? 'Korporat' : 'Operasional', {}),
    organizationParent: top,
  }
}

export type Organization = typeof top | ReturnType<typeof department>
export const departments = [
  department('FIN', 'Keuangan', 'CORP'),
  department('HRD', 'Sumber Daya Manusia', 'CORP'),
  department('ITD', 'Teknologi Informasi', 'CORP'),
  department('LGL', 'Hukum', 'CORP'),
  department('MKT', 'Pemasaran', 'CORP'),
  department('SLS', 'Penjualan', 'OPS'),
  department('OPS', 'Operasional', 'OPS'),
  department('PRD', 'Produksi', 'OPS'),
  department('LOG', 'Logistik', 'OPS'),
  department('CSR', 'Layanan Pelanggan', 'OPS'),
]
export const organizations: readonly Organization[] = [top, ...departments]

function jobLevel(level: number, code: string, name: string) {
  return named('job level', code, name, { jobPosition: named('job position', code, name, {}), level })
}

export const ranks = {
  staff: jobLevel(1, 'STF', 'Staf'),
  senior: jobLevel(2, 'SNR', 'Staf Senior'),
  supervisor: jobLevel(3, 'SPV', 'Penyelia'),
  manager: jobLevel(4, 'MGR', 'Manajer'),
  director: jobLevel(5, 'DIR', 'Direktur'),
  president: jobLevel(6, 'PRS', 'Direktur Utama'),
} as const
export type Rank = keyof typeof ranks
export type JobLevel = ReturnType<typeof jobLevel>
export const jobLevels: readonly JobLevel[] = Object.values(ranks)

/** The title of a rank in an organization, and the position that goes with it. */
export function jobOf(rank: Rank, organization: Organization) {
  const level = ranks[rank]
  const code = `${level.code}-${organization.code}`
  const name = rank === 'president' ? level.name : `${level.name} ${organization.name}`
  return {
    jobTitle: named('job title', code, name, { minJobLevel: level, maxJobLevel: level }),
    position: named('position', code, name, by),
  }
}

const departmentRanks: readonly Rank[] = ['manager', 'supervisor', 'senior', 'staff']
const jobs = [
  jobOf('president', top),
  jobOf('director', top),
  ...departments.flatMap((organization) => departmentRanks.map((rank) => jobOf(rank, organization))),
]
export const jobTitles = jobs.map((job) => job.jobTitle)
export const positions = jobs.map((job) => job.position)
export const topOrganization: Organization = top

export type Religion = ReturnType<typeof named<object>>
export const religions: readonly [Religion, ...Religion[]] = [
  named('religion', 'ISL', 'Islam', {}),
  named('religion', 'KRS', 'Kristen', {}),
  named('religion', 'KTL', 'Katolik', {}),
  named('religion', 'HND', 'Hindu', {}),
  named('religion', 'BDH', 'Buddha', {}),
  named('religion', 'KHC', 'Khonghucu', {}),
]

export const permanent = {
  id: uuid('employment type PERMANENT'),
  name: 'Karyawan Tetap (PKWTT)',
  employmentGroupCode: 'PERMANENT',
  monthDuration: 0,
  permanent: true,
}
export const contract = {
  id: uuid('employment type CONTRACT'),
  name: 'Karyawan Kontrak (PKWT)',
  employmentGroupCode: 'CONTRACT',
  monthDuration: 24,
  permanent: false,
}
export const employmentTypes = [permanent, contract]
export type EmploymentType = (typeof employmentTypes)[number]

function bank(code: string, name: string) {
  return named('bank', code, name, { llg: `${code}0001` })
}

export type Bank = ReturnType<typeof bank>
export const banks: readonly [Bank, ...Bank[]] = [
  bank('991', 'Bank Contoh Nusantara'),
  bank('992', 'Bank Rekaan Sejahtera'),
  bank('993', 'Bank Umpama Syariah'),
  bank('994', 'Bank Misal Daerah'),
]
export const rupiah = named('currency', 'IDR', 'Rupiah', { baseCurrency: true })

/** What `GET /core/v1/companies` answers before anything is uploaded. */
export const companyDetail = {
  ...companyName,
  website: 'https://www.example.co.id',
  siup: '999/CONTOH/2004',
  tdp: '00.00.0.00.00000',
  logo: null,
  logoOriginalFilename: null,
  logoFileMetadata: null,
  timeZone: { code: 'Asia/Jakarta', offset: '+07:00' },
  email: 'halo@example.co.id',
  companySuperior: null,
  location: headquarters,
  companyGroup: named('company group', 'CNS', 'Grup Contoh Nusantara', {}),
}
