/** What a call does, from harmless to worst. Downloads and calculations that are POST are `read` and `compute`. */
export const effects = ['read', 'compute', 'write', 'decide', 'delete', 'bulk-delete'] as const
export type Effect = (typeof effects)[number]

/** Whose data it is about. `input` is what payroll staff enter each month: variables, add-ons and payslip notes. */
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
  /** Nobody could say for sure what it does: it counts as the stricter of what it may be. */
  unsure: boolean
}>
