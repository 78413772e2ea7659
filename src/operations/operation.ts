/** The effect of a call, from harmless to worst. Downloads and calculations that are POST are `read` and `compute`. */
export const effects = ['read', 'compute', 'write', 'decide', 'delete', 'bulk-delete'] as const
export type Effect = (typeof effects)[number]

/** The kind of data. `input` is entered by payroll staff each month: variables, add-ons and payslip notes. */
export const domains = [
  ...(['people', 'identity', 'family', 'organisation', 'time'] as const),
  ...(['pay', 'input', 'bank', 'tax', 'insurance', 'admin'] as const),
] as const
export type Domain = (typeof domains)[number]

/** One operation of CATAPA's API. */
export type Operation = Readonly<{
  method: string
  /** `/core/v1/employees/{id}/payslip`; `=` is written as `%3D`, as CATAPA documents it. */
  template: string
  effect: Effect
  domain: Domain
  /** It takes an upload, as multipart/form-data. */
  multipart: boolean
  /** Its effect or domain is uncertain; the stricter one is assumed. */
  unsure: boolean
}>
