import { words } from './language.ts'

/** How numbers and times are written. */
export const unitWords = words('unitWords', {
  /** Of numbers (BCP 47). */
  locale: 'en-GB',
  point: '.',
  day: 'd',
  hour: 'h',
  minute: 'min',
  second: 's',
  counted: (number: string, noun: string, isOne: boolean) => `${number} ${noun}${isOne ? '' : 's'}`,
  justNow: 'just now',
  ago: (time: string) => `${time} ago`,
  date: (day: Date) => `${day.getFullYear()}-${twoDigits(day.getMonth() + 1)}-${twoDigits(day.getDate())}`,
})

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
