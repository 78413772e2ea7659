import { learn } from '../../words/language.ts'
import { type clockWords, span } from './clock-phrases.ts'

const units = { day: 'hari', hour: 'jam', minute: 'menit', second: 'detik' }

learn<typeof clockWords>('clockWords', {
  off: (aheadMs) =>
    `jam mesin ini ${aheadMs > 0 ? 'lebih cepat' : 'lebih lambat'} ${span(Math.abs(aheadMs), units)} daripada jam CATAPA`,
  setIt:
    'Setel jam itu, dan jaga agar tetap tepat: timedatectl set-ntp true di Linux, w32tm /resync di Windows; untuk container atau mesin virtual, di host-nya.',
})
