/**
 * CATAPA's 280 operations as its public reference lists them, one a line, for people of payroll and HR to check: its effect, and
 * the domain of its data, in the words of operation.ts. After the path, `multipart` marks an upload, and `?` an operation whose
 * effect or domain is uncertain: the stricter one is then given.
 */
export const documentedOperations = `
GET    read        people       /core/v1/contact-information
GET    read        people       /core/v1/education-levels
GET    read        people       /core/v1/educations
DELETE bulk-delete people       /core/v1/employees
GET    read        people       /core/v1/employees
POST   write       people       /core/v1/employees
GET    read        people       /core/v1/employees/{employeeId}/contact-information
PUT    write       people       /core/v1/employees/{employeeId}/contact-information
GET    read        people       /core/v1/employees/{employeeId}/employment-data
PUT    write       people       /core/v1/employees/{employeeId}/employment-data
PUT    write       people       /core/v1/employees/{employeeId}/manager
GET    read        people       /core/v1/employment-status-histories
GET    read        people       /core/v1/employment-status-types
GET    read        people       /core/v1/employment-statuses
GET    read        people       /core/v1/employment-types
POST   write       people       /core/v1/employment-types
PUT    write       people       /core/v1/employment-types/{id}
GET    read        people       /core/v1/field-of-studies
GET    read        people       /core/v1/institutions
GET    read        people       /core/v1/religions
POST   write       people       /core/v1/religions
GET    read        people       /core/v1/termination-reason-categories
GET    read        people       /core/v1/termination-reasons
POST   write       people       /core/v1/termination-reasons
PUT    write       people       /core/v1/termination-reasons/{id}
GET    read        identity     /core/v1/employee-details ?
GET    read        identity     /core/v1/employees/{employeeId}/employee-details ?
PUT    write       identity     /core/v1/employees/{employeeId}/employee-details ?
GET    read        identity     /core/v1/employees/{employeeId}/employee-identity-cards
POST   write       identity     /core/v1/employees/{employeeId}/employee-identity-cards
DELETE delete      identity     /core/v1/employees/{employeeId}/employee-identity-cards/{employeeIdentityCardId}
PUT    write       identity     /core/v1/employees/{employeeId}/employee-identity-cards/{employeeIdentityCardId}
GET    read        identity     /core/v1/identity-cards
GET    read        family       /core/v1/employees/{employeeId}/families/approvals
POST   write       family       /core/v1/employees/{employeeId}/families/approvals
GET    read        family       /core/v1/employees/{employeeId}/families/approvals/{approvalId}
PUT    decide      family       /core/v1/employees/{employeeId}/families/approvals/{approvalId} ?
DELETE delete      family       /core/v1/employees/{employeeId}/families/{familyId}
GET    read        family       /core/v1/families
PUT    decide      family       /core/v1/families/approvals/approve
PUT    decide      family       /core/v1/families/approvals/reject
GET    read        family       /core/v1/family-relations
GET    read        organisation /core/v1/cities
POST   write       organisation /core/v1/cities
GET    read        organisation /core/v1/companies
POST   write       organisation /core/v1/companies multipart
GET    read        organisation /core/v1/companies/list
GET    read        organisation /core/v1/company-groups
GET    read        organisation /core/v1/cost-centers
POST   write       organisation /core/v1/cost-centers
PUT    write       organisation /core/v1/cost-centers/{id}
GET    read        organisation /core/v1/countries
POST   write       organisation /core/v1/countries
GET    read        organisation /core/v1/currencies
GET    read        organisation /core/v1/job-levels
POST   write       organisation /core/v1/job-levels
GET    read        organisation /core/v1/job-title-levels
GET    read        organisation /core/v1/job-titles
POST   write       organisation /core/v1/job-titles ?
POST   write       organisation /core/v1/job-titles/create
GET    read        organisation /core/v1/location-groups
GET    read        organisation /core/v1/locations
POST   write       organisation /core/v1/locations
GET    read        organisation /core/v1/operational-groups
GET    read        organisation /core/v1/organization-groups
POST   write       organisation /core/v1/organization-groups
GET    read        organisation /core/v1/organization-hierarchies
POST   write       organisation /core/v1/organization-hierarchies
GET    read        organisation /core/v1/organizations
POST   write       organisation /core/v1/organizations
GET    read        organisation /core/v1/organizations/heads
GET    read        organisation /core/v1/organizations/histories
GET    read        organisation /core/v1/organizations/superiors
GET    read        organisation /core/v1/positions
GET    read        organisation /core/v1/positions/cost-centers
GET    read        organisation /core/v1/positions/histories
GET    read        organisation /core/v1/positions/vacancy-statuses
GET    read        organisation /core/v1/states
DELETE bulk-delete organisation /core/v1/sub-locations
GET    read        organisation /core/v1/sub-locations
POST   write       organisation /core/v1/sub-locations
GET    read        time         /timemanagement/v1/attendance-recapitulations/details
GET    read        time         /timemanagement/v1/attendances
GET    read        time         /timemanagement/v1/employee-workday-configurations
POST   write       time         /timemanagement/v1/employee-workday-configurations
DELETE delete      time         /timemanagement/v1/employee-workday-configurations/{id}
GET    read        time         /timemanagement/v1/employee-workday-configurations/{id}
PUT    write       time         /timemanagement/v1/employee-workday-configurations/{id}
POST   write       time         /timemanagement/v1/fingerprints
GET    read        time         /timemanagement/v1/holidays
GET    read        time         /timemanagement/v1/leave-balances
POST   write       time         /timemanagement/v1/leave-balances
GET    read        time         /timemanagement/v1/other-leave-balances
POST   write       time         /timemanagement/v1/other-leave-balances
GET    read        time         /timemanagement/v1/shift-pattern-templates
POST   write       time         /timemanagement/v1/shift-pattern-templates
DELETE delete      time         /timemanagement/v1/shift-pattern-templates/{id}
GET    read        time         /timemanagement/v1/shift-pattern-templates/{id}
PUT    write       time         /timemanagement/v1/shift-pattern-templates/{id}
GET    read        time         /timemanagement/v1/workgroup-workday-configurations
POST   write       time         /timemanagement/v1/workgroup-workday-configurations
DELETE delete      time         /timemanagement/v1/workgroup-workday-configurations/{id}
GET    read        time         /timemanagement/v1/workgroup-workday-configurations/{id}
PUT    write       time         /timemanagement/v1/workgroup-workday-configurations/{id}
GET    read        pay          /core/v1/additional-income-payments
GET    read        pay          /core/v1/analytics/charts ?
POST   write       pay          /core/v1/analytics/charts ?
POST   write       pay          /core/v1/editable-salary-preprocess ?
GET    read        pay          /core/v1/employee-paygroups
GET    read        pay          /core/v1/employee-paygroups/{id}
DELETE bulk-delete pay          /core/v1/employee-variable-metadata
GET    read        pay          /core/v1/employee-variable-metadata
POST   write       pay          /core/v1/employee-variable-metadata
GET    read        pay          /core/v1/employee-variable-metadata/{id}
PUT    write       pay          /core/v1/employee-variable-metadata/{id}
GET    read        pay          /core/v1/employees/{employeeId}/payment-item-groups/last-sequence
GET    read        pay          /core/v1/employees/{employeeId}/payment-item-groups/sequences
DELETE delete      pay          /core/v1/employees/{employeeId}/termination-entries ?
GET    read        pay          /core/v1/employees/{employeeId}/termination-entries ?
POST   write       pay          /core/v1/employees/{employeeId}/termination-entries ?
GET    read        pay          /core/v1/employees/{id}/employee-salary-templates
PATCH  write       pay          /core/v1/employees/{id}/employee-salary-templates
GET    read        pay          /core/v1/employees/{id}/employee-salary-templates/effective
GET    read        pay          /core/v1/employees/{id}/hiring-data ?
PUT    write       pay          /core/v1/employees/{id}/hiring-data ?
POST   read        pay          /core/v1/employees/{id}/payslip
GET    read        pay          /core/v1/employees/{id}/payslip/severance
GET    read        pay          /core/v1/former-employee-income-employees
GET    read        pay          /core/v1/former-employee-incomes
GET    read        pay          /core/v1/former-employee-incomes/{formerEmployeeIncomeId}/former-employee-income-employees
PUT    write       pay          /core/v1/former-employee-incomes/{formerEmployeeIncomeId}/former-employee-income-employees/amounts
GET    read        pay          /core/v1/former-employee-incomes/{id}
GET    read        pay          /core/v1/monthly-recapitulation/{filterType} ?
GET    read        pay          /core/v1/paygroups
GET    read        pay          /core/v1/payroll-process-snapshots
GET    read        pay          /core/v1/payslip-layouts
PUT    write       pay          /core/v1/payslip-layouts
DELETE delete      pay          /core/v1/payslip-layouts/{id}
GET    read        pay          /core/v1/payslip-layouts/{id}
GET    read        pay          /core/v1/salary-calculations
GET    read        pay          /core/v1/salary-calculations/details
GET    read        pay          /core/v1/salary-calculations/details/{id}/time-allowance-details
PUT    write       pay          /core/v1/salary-calculations/{id}/details/salaryItemCode%3D{code}
GET    read        pay          /core/v1/salary-items
GET    read        pay          /core/v1/salary-items/{id}
GET    read        pay          /core/v1/salary-payment-summaries
GET    read        pay          /core/v1/salary-payments
GET    read        pay          /core/v1/salary-payments/dates
GET    read        pay          /core/v1/salary-payments/process/processable/processed
GET    read        pay          /core/v1/salary-payments/{id}/payment-item-groups
GET    read        pay          /core/v1/salary-templates
GET    read        pay          /core/v1/salary-templates/{id}
GET    read        pay          /core/v1/severance-payment-plans
GET    read        pay          /core/v1/severance-payment-plans/{id}
GET    read        pay          /core/v1/severance-plans
DELETE delete      pay          /core/v1/severance-plans/{id}
GET    read        pay          /core/v1/severance-plans/{id}
POST   write       pay          /core/v1/termination-entries/{id}/severance-plans
GET    read        pay          /core/v1/transition-calculation-details/{id}/prorate-details
GET    read        pay          /core/v1/transition-calculation-details/{id}/time-allowance-details
GET    read        pay          /core/v1/transition-calculations/process/count
GET    read        pay          /core/v1/transition-calculations/process/processable/processed
GET    read        pay          /core/v1/transition-calculations/process/processable/unprocessed
GET    read        pay          /core/v1/transition-calculations/time-allowances/process/processable
GET    read        pay          /core/v1/transition-calculations/{id}
PUT    write       pay          /core/v1/transition-calculations/{id}/details
GET    read        pay          /core/v1/users/me/analytics/charts/{id}/data ?
DELETE bulk-delete input        /core/v1/employee-variables
GET    read        input        /core/v1/employee-variables
POST   write       input        /core/v1/employee-variables
PUT    write       input        /core/v1/employee-variables
GET    read        input        /core/v1/employee-variables/aperiodic
DELETE bulk-delete input        /core/v1/employee-variables/aperiodic/all
GET    read        input        /core/v1/employee-variables/periodic
GET    read        input        /core/v1/employee-variables/{id}
PUT    write       input        /core/v1/employee-variables/{id}
GET    read        input        /core/v1/payslip-additional-notes
POST   write       input        /core/v1/payslip-additional-notes
PUT    write       input        /core/v1/payslip-additional-notes/{id}
DELETE bulk-delete input        /core/v1/salary-item-add-on
GET    read        input        /core/v1/salary-item-add-on
PUT    write       input        /core/v1/salary-item-add-on
PUT    write       input        /core/v1/salary-item-add-on/add
PUT    write       input        /core/v1/salary-item-add-on/subtract
GET    read        bank         /core/v1/bank-account-configurations
POST   write       bank         /core/v1/bank-account-configurations/approvals
PUT    decide      bank         /core/v1/bank-account-configurations/approvals/approve
PUT    decide      bank         /core/v1/bank-account-configurations/approvals/reject
PUT    decide      bank         /core/v1/bank-account-configurations/approvals/undo
PUT    decide      bank         /core/v1/bank-account-configurations/approvals/{id} ?
PUT    decide      bank         /core/v1/bank-account-configurations/approvals/{id}/cancel
GET    read        bank         /core/v1/bank-account-configurations/{id}
GET    read        bank         /core/v1/bank-branches
GET    read        bank         /core/v1/banks
GET    read        bank         /core/v1/company-bank-accounts
GET    read        bank         /core/v1/employees/{employeeId}/bank-account-configurations
PUT    write       bank         /core/v1/employees/{employeeId}/bank-account-configurations
GET    read        bank         /core/v1/employees/{employeeId}/bank-account-configurations/histories
GET    read        tax          /core/v1/employees/{employeeId}/tax-membership-histories
GET    read        tax          /core/v1/employees/{employeeId}/tax-memberships
PUT    write       tax          /core/v1/employees/{employeeId}/tax-memberships
PUT    write       tax          /core/v1/employees/{employeeId}/tax-memberships/tax-subjects
GET    read        tax          /core/v1/kpps
GET    read        tax          /core/v1/monthly-tax-details
GET    read        tax          /core/v1/monthly-tax-reports
GET    read        tax          /core/v1/pph21-policies
GET    read        tax          /core/v1/pph21-reports/1721-vi
GET    read        tax          /core/v1/pph21-reports/1721-vi/detail
GET    read        tax          /core/v1/pph21-reports/1721-vi/{id}/download
GET    read        tax          /core/v1/pph21-reports/1721-vii
GET    read        tax          /core/v1/pph21-reports/1721-vii/{id}/download
GET    read        tax          /core/v1/ptkp-categories
GET    read        tax          /core/v1/tax-calculations
POST   write       tax          /core/v1/tax-calculations
DELETE delete      tax          /core/v1/tax-calculations/externalId%3D{externalId}
GET    read        tax          /core/v1/tax-calculations/externalId%3D{externalId}
DELETE delete      tax          /core/v1/tax-calculations/{id}
GET    read        tax          /core/v1/tax-calculations/{id}
POST   compute     tax          /core/v1/tax-calculators
POST   compute     tax          /core/v1/tax-calculators/monthly
GET    read        tax          /core/v1/tax-membership-histories/{id}
PUT    write       tax          /core/v1/tax-membership-histories/{id}/tax-subjects
GET    read        tax          /core/v1/tax-reports/1721-a1
GET    read        tax          /core/v1/tax-reports/1721-a1/{id}/download
GET    read        tax          /core/v1/tax-reports/1721-vi
GET    read        tax          /core/v1/tax-reports/1721-vi/detail
GET    read        tax          /core/v1/tax-reports/1721-vi/{id}/download
GET    read        tax          /core/v1/tax-reports/1721-vii
GET    read        tax          /core/v1/tax-reports/1721-vii/{id}/download
GET    read        tax          /core/v1/tax-reports/1721-viii
GET    read        tax          /core/v1/tax-reports/1721-viii/{id}/download
GET    read        tax          /core/v1/termination-tax-reasons
GET    read        insurance    /anomalydetection/v1/anomaly-detection-types/MEDICAL_CLAIM/anomaly-suspects ?
GET    read        insurance    /anomalydetection/v1/anomaly-detection-types/MEDICAL_CLAIM/anomaly-suspects/{id} ?
GET    read        insurance    /core/v1/bpjs-healthcare-premiums/summaries
GET    read        insurance    /core/v1/bpjs-healthcare-premiums/summaries/{id}/details
GET    read        insurance    /core/v1/bpjs-healthcare-providers
GET    read        insurance    /core/v1/bpjs-healthcare-reports/edabu-advance-members
GET    read        insurance    /core/v1/bpjs-healthcare-reports/edabu-employee-identity-card-number-check
GET    read        insurance    /core/v1/bpjs-healthcare-reports/edabu-new-members
GET    read        insurance    /core/v1/bpjs-healthcare-reports/edabu-wage-update
GET    read        insurance    /core/v1/bpjs-healthcare-reports/payment-details
GET    read        insurance    /core/v1/bpjs-healthcare-templates
GET    read        insurance    /core/v1/bpjs-manpower-premiums/summaries
GET    read        insurance    /core/v1/bpjs-manpower-premiums/summaries/{id}/details
GET    read        insurance    /core/v1/bpjs-manpower-providers
GET    read        insurance    /core/v1/bpjs-manpower-reports/payment-details
GET    read        insurance    /core/v1/bpjs-manpower-reports/pension-debt-report
GET    read        insurance    /core/v1/bpjs-manpower-reports/sipp-advance-members
GET    read        insurance    /core/v1/bpjs-manpower-reports/sipp-new-members
GET    read        insurance    /core/v1/bpjs-manpower-reports/sipp-terminated-member
GET    read        insurance    /core/v1/bpjs-manpower-reports/sipp-wage-update
GET    read        insurance    /core/v1/bpjs-manpower-templates
GET    read        insurance    /core/v1/employees/{employeeId}/bpjs-healthcare-memberships
PUT    write       insurance    /core/v1/employees/{employeeId}/bpjs-healthcare-memberships
GET    read        insurance    /core/v1/employees/{employeeId}/bpjs-manpower-memberships
PUT    write       insurance    /core/v1/employees/{employeeId}/bpjs-manpower-memberships
GET    read        insurance    /core/v1/termination-bpjs-manpower-reasons
GET    read        admin        /core/v1/additional-assignments/approvals ?
GET    read        admin        /core/v1/custom-tables
GET    read        admin        /core/v1/custom-tables/{tableId}
GET    read        admin        /core/v1/custom-tables/{tableId}/entries
POST   write       admin        /core/v1/custom-tables/{tableId}/entries
PUT    write       admin        /core/v1/custom-tables/{tableId}/entries/{entryId}
GET    read        admin        /core/v1/users
GET    read        admin        /core/v1/users/me/widgets
GET    read        admin        /core/v1/workflow-activities
GET    read        admin        /core/v1/workflow-reason-categories
POST   write       admin        /core/v1/workflow-reason-categories
PUT    write       admin        /core/v1/workflow-reason-categories/{id}
GET    read        admin        /core/v1/workflow-reasons
POST   write       admin        /core/v1/workflow-reasons
PUT    write       admin        /core/v1/workflow-reasons/{id}
GET    read        admin        /v1/oauth-clients
GET    read        admin        /v1/oauth-clients/{id}
GET    read        admin        /v1/roles
GET    read        admin        /v1/roles/{id}
GET    read        admin        /v1/roles/{id}/authorities
GET    read        admin        /v1/roles/{id}/permissions
GET    read        admin        /v1/users/me
`

/** Operations that CATAPA has and its list does not: found in integrations (design/catapa 9). */
export const undocumentedOperations = `
GET    read        admin        /v1/oauth-clients/validate-access-token
`
