import { learn } from '../words/language.ts'
import type { probeWords } from './probe-words.ts'

learn<typeof probeWords>('probeWords', {
  off: 'SIDECAR_ADMIN_LISTEN adalah off: tidak ada yang dapat ditanya. Beri sidecar dan perintah ini alamat yang sama.',
  anyPort:
    'SIDECAR_ADMIN_LISTEN memakai port 0, yaitu port bebas mana pun: beri sidecar dan perintah ini port yang tetap.',
  noAnswer: (why) => `tidak ada sidecar yang merespons: ${why}`,
  silent: 'tidak ada jawaban apa pun',
  brokeOff: 'responsnya terputus',
  noHttp: 'program yang menjawab tidak memakai HTTP',
  refused: 'koneksi ditolak',
  noFile: 'file socket itu tidak ada',
  noRight: 'pengguna ini tidak boleh memakai file socket itu',
  closed: 'koneksi ditutup dari sana',
})
