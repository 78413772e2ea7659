import type { ProblemCode } from '../../problems/codes.ts'
import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { callWords } from './call-words.ts'

const titles: Readonly<Record<ProblemCode, string>> = {
  bad_request: 'Request ini tidak dapat diteruskan apa adanya',
  origin_not_allowed: 'Origin browser tidak diizinkan',
  policy_denied: 'Ditolak oleh sidecar',
  caller_unknown: 'Sidecar tidak mengenal pemanggil ini',
  method_not_allowed: 'Metode tidak diizinkan',
  request_timeout: 'Request melewati batas waktu',
  repeated: 'Operasi tulis ini sudah pernah dikirim',
  body_too_large: 'Isi request terlalu besar',
  host_not_allowed: 'Host tidak diizinkan',
  key_reused: 'Idempotency-Key ini milik request lain',
  headers_too_large: 'Header request terlalu besar',
  internal_error: 'Sidecar membuat kesalahan',
  upstream_unreachable: 'CATAPA tidak dapat dihubungi',
  upstream_tls_untrusted: 'Sertifikat CATAPA tidak dipercaya',
  upstream_closed: 'CATAPA menutup koneksi',
  interrupted: 'Sidecar dihentikan',
  token_unavailable: 'Tidak ada access token yang berlaku',
  credentials_rejected: 'CATAPA menolak kredensial client',
  login_required: 'Seseorang harus login',
  audit_unavailable: 'Jejak audit tidak dapat ditulis',
  draining: 'Sidecar sedang berhenti',
  overloaded: 'Terlalu banyak request sekaligus',
  upstream_timeout: 'CATAPA tidak merespons dalam batas waktu',
  loop_detected: 'Request ini sudah pernah lewat di sini',
}

const waits = { places: 'tempat', rate: 'rate', 'max-in-flight': 'max-in-flight', hold: 'jeda' }

learn<typeof callWords>('callWords', {
  blamed: {
    caller: 'program pemanggil',
    configuration: 'pengaturan',
    machine: 'mesin ini',
    network: 'jaringan antara mesin ini dan CATAPA',
    catapa: 'CATAPA',
    sidecar: 'sidecar',
  },
  title: ({ code }) => titles[code],
  onBehalf: 'Di sini panggilan dibuat atas nama seseorang.',
  likely: (whom) => `Penyebab yang paling mungkin: ${whom}.`,
  occurrence: (times, at, call, caller) => {
    const often = times === 1 ? 'sekali' : `${count(times)} kali, terakhir`
    return `${often} pada ${at}${call === undefined ? '' : `, untuk ${call}${caller === undefined ? '' : ` oleh ${caller}`}`}`
  },
  everyoneElse: 'semua yang lain ([*])',
  wouldHaveBeenRefused: (answered, why) => `${answered}; seharusnya ditolak (${why})`,
  callerLeft: 'pemanggil pergi',
  waiting: (took, waited, what) => `${took}, ${waited} di antaranya menunggu (${what})`,
  waitedFor: (what) => waits[what],
  noCall: 'Tidak ada panggilan dalam sepuluh menit terakhir.',
  traffic: (requests, failed, most) =>
    `${count(requests)} panggilan dalam sepuluh menit terakhir, ${failed === 0 ? 'tidak ada yang' : count(failed)} gagal; paling banyak ${most} dalam sepuluh detik.`,
  latency: (mean, waited, slowest) =>
    `Satu panggilan rata-rata memakan waktu ${mean}${waited === undefined ? '' : `, ${waited} di antaranya menunggu di sini`}, yang paling lambat ${slowest}.`,
})
