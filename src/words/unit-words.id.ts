import { learn } from './language.ts'
import type { unitWords } from './unit-words.ts'

const dates = new Intl.DateTimeFormat('id-ID', { day: 'numeric', month: 'short', year: 'numeric' })

learn<typeof unitWords>('unitWords', {
  locale: 'id-ID',
  point: ',',
  day: 'hari',
  hour: 'jam',
  minute: 'mnt',
  second: 'dtk',
  counted: (number, noun) => `${number} ${noun}`,
  justNow: 'baru saja',
  ago: (time) => `${time} yang lalu`,
  date: (day) => dates.format(day),
})
