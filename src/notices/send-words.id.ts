import { learn } from '../words/language.ts'
import type { sendWords } from './send-words.ts'

learn<typeof sendWords>('sendWords', {
  notReached: (why) => `tidak terhubung: ${why}`,
  way: 'Periksa SIDECAR_NOTIFY_URL, dan apakah mesin ini boleh terhubung ke sana.',
  ownCa: (putCa) => `${putCa} Jika penerima memiliki CA sendiri, simpan CA itu di sana.`,
  refused: (status) => `ditolak, ${status}`,
  noStarttls: {
    happened: 'tidak dikirim: server mail tidak menawarkan STARTTLS, dan password akan terkirim tanpa enkripsi',
    next: 'Gunakan smtps:// jika server memakai TLS sejak awal. CATAPA_ALLOW_HTTP=true mengizinkan password tanpa TLS.',
  },
  notSmtp: {
    happened: 'tidak dikirim: yang merespons di sana bukan server mail',
    next: 'Periksa host dan port di SIDECAR_NOTIFY_URL.',
  },
  stopped: { happened: 'tidak dikirim: sidecar sedang berhenti', next: 'Tidak perlu tindakan.' },
  afterStatus: {
    tooMany: 'Penerima baru saja mendapat terlalu banyak pesan: ini berlalu sendiri.',
    itsFault: 'Kesalahan ada di penerima, dan ini berlalu sendiri. Jika menetap, periksa keadaan penerima.',
    redirect: 'Penerima merespons dengan redirect, yang tidak diikuti: isi URL tujuannya.',
    badUrl: 'URL itu salah, atau tidak berlaku lagi: buat yang baru di sana, dan isikan di SIDECAR_NOTIFY_URL.',
    other: 'Periksa SIDECAR_NOTIFY_URL: URL itu mungkin milik penerima jenis lain.',
  },
  afterReply: {
    login: 'Periksa pengguna dan password di SIDECAR_NOTIFY_URL.',
    passes: 'Ini mungkin berlalu sendiri. Jika menetap, periksa log server mail.',
    other: 'Periksa alamat from dan to di SIDECAR_NOTIFY_URL, dan periksa log server mail.',
  },
})
