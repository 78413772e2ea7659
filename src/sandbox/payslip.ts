import { companyName } from './company.ts'
import type { Pay, PayItem } from './pay.ts'
import { box, type Colour, pdf, rule, text, textRight } from './pdf.ts'
import type { Employee } from './people.ts'

const navy: Colour = [0.12, 0.23, 0.37]
const pale: Colour = [0.93, 0.95, 0.98]
const white: Colour = [1, 1, 1]
const grey: Colour = [0.45, 0.45, 0.45]
const left = 48
const right = 547
const body = { size: 10 } as const
const strong = { size: 10, bold: true } as const

/** A payslip on one page. */
export function payslip(person: Employee, paymentDate: string, pay: Pay): Buffer {
  const drawing = [...letterhead(paymentDate), ...whose(person, paymentDate)]
  let y = 596
  for (const [heading, items, sum] of [
    ['Pendapatan', pay.earnings, { label: 'Jumlah pendapatan (bruto)', amount: pay.gross }],
    ['Potongan', pay.deductions, { label: 'Jumlah potongan', amount: pay.deducted }],
  ] as const) {
    drawing.push(...table(y, heading, items, sum))
    y -= 78 + items.length * 20
  }
  drawing.push(...takeHome(y, pay.net), ...footer())
  return pdf(`Slip gaji ${person.identificationNumber} ${paymentDate}`, drawing)
}

function letterhead(paymentDate: string): string[] {
  return [
    box(0, 762, 595, 80, navy),
    text(left, 805, companyName.name, { size: 17, bold: true, colour: white }),
    text(left, 784, 'Jalan Contoh, Jakarta Selatan', { size: 9, colour: white }),
    text(418, 805, 'SLIP GAJI', { size: 17, bold: true, colour: white }),
    text(418, 784, `Periode ${monthOf(paymentDate)}`, { size: 10, colour: white }),
  ]
}

function whose(person: Employee, paymentDate: string): string[] {
  const facts: readonly (readonly [string, string])[] = [
    ['Nama', person.name],
    ['Nomor induk', person.identificationNumber],
    ['Jabatan', person.position.name],
    ['Organisasi', person.organization.name],
    ['Lokasi', person.location.name],
    ['Tanggal bayar', paymentDate],
  ]
  return facts.flatMap(([label, value], at) => {
    const y = 732 - at * 17
    return [text(left, y, label, { ...body, colour: grey }), text(left + 100, y, value, at === 0 ? strong : body)]
  })
}

function table(top: number, heading: string, items: readonly PayItem[], sum: PayItem): string[] {
  const rows = items.flatMap(({ label, amount }, at) => {
    const y = top - 26 - at * 20
    return [
      text(left + 8, y, label, body),
      textRight(right - 8, y, rupiahs(amount), body),
      rule(left, y - 6, right, pale),
    ]
  })
  const sumY = top - 28 - items.length * 20
  return [
    box(left, top - 6, right - left, 22, navy),
    text(left + 8, top + 1, heading, { ...strong, colour: white }),
    ...rows,
    box(left, sumY - 7, right - left, 21, pale),
    text(left + 8, sumY, sum.label, strong),
    textRight(right - 8, sumY, rupiahs(sum.amount), strong),
  ]
}

function takeHome(y: number, net: number): string[] {
  return [
    box(left, y - 16, right - left, 38, navy),
    text(left + 8, y - 2, 'Gaji bersih (take-home pay)', { size: 12, bold: true, colour: white }),
    textRight(right - 8, y - 2, rupiahs(net), { size: 14, bold: true, colour: white }),
  ]
}

function footer(): string[] {
  const words = 'Dokumen contoh dari CATAPA sandbox. Orang dan angka di dalamnya rekaan.'
  return [rule(left, 60, right, grey), text(left, 46, words, { size: 8, colour: grey })]
}

/** `Rp 1.234.567`, as Indonesians write it; by hand, because what `Intl` puts between differs by version. */
function rupiahs(amount: number): string {
  return `Rp ${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')}`
}

const months = 'Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember'.split(' ')

function monthOf(paymentDate: string): string {
  const [year = '', month = ''] = paymentDate.split('-')
  return `${months[Number(month) - 1] ?? month} ${year}`
}
