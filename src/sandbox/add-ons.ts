import type { People } from './employees.ts'
import { page } from './pages.ts'
import { type Endpoints, json, readJson, springError } from './sandbox-request.ts'

/** Add-ons to salaries: the PUT adds up, so that one sent twice is paid twice. */
export function addOns(people: People): Endpoints {
  const all: { employeeId: string; amount: number }[] = []
  return {
    'GET /core/v1/salary-item-add-on': (call) => page(call, all, 'employeeId'),
    'PUT /core/v1/salary-item-add-on/add': async (call) => {
      const body = await readJson(call)
      const [employeeId, amount]: unknown[] = [Reflect.get(body, 'employeeId'), Reflect.get(body, 'amount')]
      if (typeof employeeId !== 'string' || typeof amount !== 'number' || !people.has(employeeId)) {
        return springError(422, call.path, 'Validation failed: employeeId of an employee, and amount, a number')
      }
      all.push({ employeeId, amount })
      const ofEmployee = all.filter((addOn) => addOn.employeeId === employeeId)
      return json(200, { employeeId, amount, total: ofEmployee.reduce((sum, addOn) => sum + addOn.amount, 0) })
    },
  }
}
