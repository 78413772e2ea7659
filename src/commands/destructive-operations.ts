/** Operations of CATAPA that delete for many people at once; every program that reaches the listener can call them. */
export const destructiveOperations = [
  'DELETE /core/v1/employees',
  'DELETE /core/v1/employee-variables',
  'DELETE /core/v1/employee-variables/aperiodic/all',
  'DELETE /core/v1/employee-variable-metadata',
  'DELETE /core/v1/salary-item-add-on',
  'DELETE /core/v1/sub-locations',
]
