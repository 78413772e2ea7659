import { learn } from '../../words/language.ts'
import type { listenerStepWords } from './listener-step-words.ts'

learn<typeof listenerStepWords>('listenerStepWords', {
  anyPort: 'port bebas mana pun',
  free: (address) => `${address} bebas`,
  freeButElsewhere: (address, there) =>
    `${address} bebas. Catatan: sidecar yang berjalan untuk tenant dan client ini mendengarkan di alamat lain (${there}): sidecar itu dimulai dengan pengaturan lain`,
  ours: (address) => `${address} sudah dipakai oleh sidecar ini, yang sedang berjalan`,
  ofOtherClient: (address, said) =>
    `${address} dipakai oleh catapa-sidecar dengan tenant, client, atau CATAPA_BASE_URL lain; menurut sidecar itu: ${said}`,
  ofOtherSidecar: (address) => `${address} dipakai oleh catapa-sidecar lain, bukan yang ada di SIDECAR_ADMIN_LISTEN`,
  notComparable: (address) =>
    `di ${address} ada catapa-sidecar yang berjalan; pengaturannya tidak dapat dibandingkan, karena tidak ditampilkan`,
  stop: (example) =>
    `Hentikan program itu (untuk menemukannya: ss -ltnp di Linux, netstat -ano di Windows), atau pilih alamat lain, misalnya ${example}.`,
  notPermitted: (address) =>
    `mendengarkan di ${address} tidak diizinkan: port di bawah 1024 dan folder pengguna lain memerlukan izin`,
  notPossible: (address, code) => `tidak dapat mendengarkan di ${address} (${code})`,
  chooseOther: (example) => `Pilih alamat lain, misalnya ${example}.`,
})
