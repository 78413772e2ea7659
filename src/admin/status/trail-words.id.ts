import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { trailWords } from './trail-words.ts'

learn<typeof trailWords>('trailWords', {
  replaced: (file, why, lost) =>
    `Ada yang ${why === 'replaced' ? 'mengganti, memendekkan, atau menambah' : 'menghapus'} ${file}, file jejak audit yang sedang ditulis${lost === 0 ? '' : `; ${count(lost)} barisnya hilang`}`,
  remedy:
    'Cari tahu siapa yang dapat menulis di folder itu, dan jalankan catapa-sidecar audit verify, yang memberi tahu kesalahannya. Jejak audit berlanjut di file baru.',
})
