import { notADate, type People } from './employees.ts'
import { pdf } from './pdf.ts'
import { type Endpoints, readJson, springError } from './sandbox-request.ts'

/** Payslips as PDF files: the same bytes for the same person and date. */
export function payslips(people: People): Endpoints {
  return {
    'POST /core/v1/employees/{id}/payslip': async (call) => {
      const request = await readJson(call, {})
      const person = people.get(call.params[0] ?? '')
      if (!person) return springError(404, call.path, 'Employee not found')
      // All fields are optional in CATAPA's reference, and null is no value; the sandbox then takes the last pay day.
      const paymentDate = ('paymentDate' in request ? request.paymentDate : null) ?? lastPayDay()
      const problem = typeof paymentDate === 'string' ? notADate(paymentDate) : 'must be a date (YYYY-MM-DD)'
      if (typeof paymentDate !== 'string' || problem !== undefined) {
        const errors = [{ field: 'paymentDate', message: problem, rejectedValue: paymentDate ?? null }]
        return springError(422, call.path, 'Validation failed', { errors })
      }
      if (paymentDate < person.joinDate)
        return springError(404, call.path, 'No payslip: the employee had not joined yet')
      const filename = `payslip-${person.identificationNumber.replace(/[^\w.-]/g, '_')}-${paymentDate}.pdf`
      const headers = { 'Content-Type': 'application/pdf', 'Content-Disposition': `attachment; filename="${filename}"` }
      return { status: 200, headers, body: payslip(person.name, paymentDate) }
    },
  }
}

function payslip(name: string, paymentDate: string): Buffer {
  const note = 'Dokumen contoh dari CATAPA sandbox. Orang dan angka di dalamnya rekaan.'
  return pdf([`Slip gaji ${paymentDate}`, name, 'Gaji pokok: Rp 10.000.000', 'Gaji bersih: Rp 9.500.000', note])
}

/** The 25th of last month, as `YYYY-MM-DD`. */
function lastPayDay(): string {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 25)).toISOString().slice(0, 10)
}
