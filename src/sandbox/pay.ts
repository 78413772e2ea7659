import { createHash } from 'node:crypto'
import type { Employee } from './people.ts'

export type PayItem = Readonly<{ label: string; amount: number }>
export type Pay = Readonly<{
  earnings: readonly PayItem[]
  deductions: readonly PayItem[]
  gross: number
  deducted: number
  net: number
}>

const basicByLevel: Readonly<Record<number, number>> = {
  1: 5_500_000,
  2: 8_000_000,
  3: 12_500_000,
  4: 22_000_000,
  5: 48_000_000,
  6: 85_000_000,
}

/** Monthly rates of PPh 21 by gross income, a shortened table A of PP 58/2023: up to so much, this rate. */
const taxRates: readonly (readonly [number, number])[] = [
  [5_400_000, 0],
  [6_300_000, 0.005],
  [7_500_000, 0.0125],
  [9_650_000, 0.0175],
  [11_600_000, 0.025],
  [15_100_000, 0.05],
  [19_750_000, 0.07],
  [26_450_000, 0.09],
  [35_400_000, 0.12],
  [56_300_000, 0.17],
  [89_000_000, 0.21],
  [Number.POSITIVE_INFINITY, 0.25],
]

/** What somebody earns in a month, in rupiah. The same for the same person and date. */
export function payOf(person: Employee, paymentDate: string): Pay {
  const { level } = person.jobLevel
  const years = Math.max(0, Number(paymentDate.slice(0, 4)) - Number(person.joinDate.slice(0, 4)))
  const basic = rounded((basicByLevel[level] ?? 5_500_000) * (1 + 0.02 * years), 1000)
  const days = workingDays(paymentDate)
  const overtimeHours = level <= 2 ? numberFor(person.id, paymentDate) % 13 : 0
  const earnings = [
    { label: 'Gaji pokok', amount: basic },
    { label: 'Tunjangan jabatan', amount: level >= 3 ? rounded(basic * 0.1, 1000) : 0 },
    { label: `Tunjangan makan (${days} hari)`, amount: days * 35_000 },
    { label: `Tunjangan transpor (${days} hari)`, amount: days * 25_000 },
    // 1/173 of the monthly wage is an hour's.
    { label: `Lembur (${overtimeHours} jam)`, amount: rounded((basic / 173) * 1.5 * overtimeHours, 1) },
  ].filter(({ amount }) => amount > 0)
  const gross = total(earnings)
  const rate = taxRates.find(([upTo]) => gross <= upTo)?.[1] ?? 0
  const deductions = [
    { label: 'BPJS Kesehatan 1%', amount: rounded(Math.min(basic, 12_000_000) * 0.01, 1) },
    { label: 'BPJS Ketenagakerjaan JHT 2%', amount: rounded(basic * 0.02, 1) },
    { label: 'BPJS Ketenagakerjaan JP 1%', amount: rounded(Math.min(basic, 10_547_400) * 0.01, 1) },
    {
      label: `PPh 21 (${String(Math.round(rate * 10_000) / 100).replace('.', ',')}%)`,
      amount: rounded(gross * rate, 1),
    },
  ]
  const deducted = total(deductions)
  return { earnings, deductions, gross, deducted, net: gross - deducted }
}

function total(items: readonly PayItem[]): number {
  return items.reduce((sum, { amount }) => sum + amount, 0)
}

function rounded(amount: number, to: number): number {
  return Math.round(amount / to) * to
}

/** A number that belongs to a person and a date. */
function numberFor(id: string, paymentDate: string): number {
  return createHash('sha256').update(`${id} ${paymentDate}`).digest().readUInt32BE(0)
}

/** Mondays to Fridays in the month of a date. */
function workingDays(paymentDate: string): number {
  const [year = 0, month = 0] = paymentDate.split('-').map(Number)
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const days = Array.from({ length: last }, (_, at) => new Date(Date.UTC(year, month - 1, at + 1)).getUTCDay())
  return days.filter((day) => day !== 0 && day !== 6).length
}
