/** Every fixed segment of a path of CATAPA's API. What is not among them may be an id or a person. */
const words = new Set(
  `
  1721-a1 1721-vi 1721-vii 1721-viii MEDICAL_CLAIM add additional-assignments additional-income-payments all
  amounts analytics anomaly-detection-types anomaly-suspects anomalydetection aperiodic approvals approve
  attendance-recapitulations attendances authorities bank-account-configurations bank-branches banks
  bpjs-healthcare-memberships bpjs-healthcare-premiums bpjs-healthcare-providers bpjs-healthcare-reports
  bpjs-healthcare-templates bpjs-manpower-memberships bpjs-manpower-premiums bpjs-manpower-providers
  bpjs-manpower-reports bpjs-manpower-templates cancel charts cities companies company-bank-accounts
  company-groups contact-information core cost-centers count countries create currencies custom-tables data
  dates detail details download edabu-advance-members edabu-employee-identity-card-number-check
  edabu-new-members edabu-wage-update editable-salary-preprocess education-levels educations effective
  employee-details employee-identity-cards employee-paygroups employee-salary-templates
  employee-variable-metadata employee-variables employee-workday-configurations employees employment-data
  employment-status-histories employment-status-types employment-statuses employment-types entries families
  family-relations field-of-studies fingerprints former-employee-income-employees former-employee-incomes heads
  hiring-data histories holidays identity-cards institutions job-levels job-title-levels job-titles kpps
  last-sequence leave-balances list location-groups locations manager me monthly monthly-recapitulation
  monthly-tax-details monthly-tax-reports oauth oauth-clients operational-groups organization-groups
  organization-hierarchies organizations other-leave-balances paygroups payment-details payment-item-groups
  payroll-process-snapshots payslip payslip-additional-notes payslip-layouts pension-debt-report periodic
  permissions positions pph21-policies pph21-reports process processable processed prorate-details
  ptkp-categories reject religions roles salary-calculations salary-item-add-on salary-items
  salary-payment-summaries salary-payments salary-templates sequences severance severance-payment-plans
  severance-plans shift-pattern-templates sipp-advance-members sipp-new-members sipp-terminated-member
  sipp-wage-update states sub-locations subtract summaries superiors tax-calculations tax-calculators
  tax-membership-histories tax-memberships tax-reports tax-subjects termination-bpjs-manpower-reasons
  termination-entries termination-reason-categories termination-reasons termination-tax-reasons
  time-allowance-details time-allowances timemanagement token transition-calculation-details
  transition-calculations undo unprocessed users v1 vacancy-statuses validate-access-token widgets
  workflow-activities workflow-reason-categories workflow-reasons workgroup-workday-configurations
  `
    .trim()
    .split(/\s+/),
)

const mostSegments = 12

/**
 * A path with everything replaced that could be an id or a personal value, for logs and metrics:
 * `/core/v1/employees/8f3c…/payslip` is `/core/v1/employees/{id}/payslip`, `externalId%3D4711` is `externalId%3D{id}`.
 */
export function pathTemplate(path: string): string {
  let template = ''
  let begin = 1
  for (let count = 0; count < mostSegments; count++) {
    const slash = path.indexOf('/', begin)
    const end = slash === -1 ? path.length : slash
    const segment = path.slice(begin, end)
    template += segment === '' || words.has(segment) ? `/${segment}` : `/${idTemplate(segment)}`
    if (slash === -1) return template
    begin = end + 1
  }
  return `${template}/…`
}

function idTemplate(segment: string): string {
  if (!segment.includes('%')) return '{id}'
  return /^(externalId|salaryItemCode)%3D/i.exec(segment)?.[0].concat('{id}') ?? '{id}'
}

const mostQueryNames = 20

/** The names of a query's parameters, never their values; what is no plain name is shown as `…`. */
export function queryNames(query: string | undefined): string[] | undefined {
  if (query === undefined || query === '') return undefined
  const names: string[] = []
  for (let begin = 0; begin <= query.length && names.length < mostQueryNames; ) {
    const and = query.indexOf('&', begin)
    const end = and === -1 ? query.length : and
    const name = plainName(query, begin, end)
    if (!names.includes(name)) names.push(name)
    begin = end + 1
  }
  return names
}

const plainNamePattern = /^[A-Za-z][A-Za-z_-]{0,31}$/

/** Without a value it may be one itself, as in `?budi` or, in Base64, `?YnVkaQ==`. */
function plainName(query: string, begin: number, end: number): string {
  const equals = query.indexOf('=', begin)
  if (equals === -1 || equals + 1 >= end || query[equals + 1] === '=') return '…'
  const name = query.slice(begin, equals)
  return plainNamePattern.test(name) ? name : '…'
}
