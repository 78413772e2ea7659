import { learn } from '../../words/language.ts'
import type { callerRuleWords } from './caller-rule-words.ts'

learn<typeof callerRuleWords>('callerRuleWords', {
  noValue: 'tidak mempunyai nilai setelah "="',
  already: (line) => `sudah ada di baris ${line}`,
  sameAs: (line) => `sama dengan yang di baris ${line}`,
  key: 'harus berupa sha256: dan 64 digit heksadesimal, seperti dicetak catapa-sidecar key (digest dari kunci, bukan kuncinya)',
  wrong: (flaw) => `salah: ${flaw}`,
  profile: (names) => `harus berupa salah satu dari ${names.join(', ')}`,
  profileTwice: (name) => `menyebutkan ${name}, yang sudah dimiliki bagian ini`,
  report: 'harus berupa true atau false',
  maxInFlight: 'harus berupa bilangan bulat dari 1 sampai 999999',
  rate: 'harus berupa jumlah request per detik: angka di atas 0 dan di bawah 1000000, misalnya 20 atau 0.5',
  repeats: (modes) => `harus berupa salah satu dari ${modes.join(', ')}`,
  guard: (flaw) => `= ${flaw}`,
  unknownUser: 'menyebutkan pengguna yang tidak dikenal sistem ini; angka diterima sebagaimana ditulis',
  userNotInTime: 'menyebutkan pengguna yang tidak dapat dicari: getent passwd melewati batas waktu',
  linuxOnly: 'hanya dapat dikenali di Linux: beri program itu kunci atau listener',
  sameAsListen: 'harus berupa alamat selain SIDECAR_LISTEN',
  sameAsAdminListen: 'harus berupa alamat selain SIDECAR_ADMIN_LISTEN',
  reachable:
    'harus berupa loopback atau file socket, karena setiap program yang dapat terhubung dianggap sebagai pemanggil ini, kecuali SIDECAR_TRUST_NETWORK bernilai true',
  needsForTls: (settings) => `memuat alamat tls:, yang memerlukan ${settings.join(' dan ')}`,
  callsItself:
    'tidak boleh berupa tujuan CATAPA_BASE_URL atau CATAPA_TOKEN_URL: sidecar akan memanggil dirinya sendiri',
  needsTls:
    'memerlukan listener dengan TLS, seperti tls:0.0.0.0:8443 di SIDECAR_LISTEN atau di baris listen: tanpa itu tidak ada program yang menunjukkan sertifikat',
  needsCa:
    'memerlukan SIDECAR_TLS_CLIENT_CA_FILE, yaitu CA yang menjamin nama; tanpa CA tulis certificate = sha256:…, yang dicetak catapa-sidecar certificate FILE.pem',
})
