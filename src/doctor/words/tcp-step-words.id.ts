import { learn } from '../../words/language.ts'
import type { tcpStepWords } from './tcp-step-words.ts'

learn<typeof tcpStepWords>('tcpStepWords', {
  connected: (address) => `terhubung ke ${address}`,
  failed: (address, because) => `tidak ada koneksi ke ${address}: ${because}`,
  dropped: (address) =>
    `Izinkan koneksi dari mesin ini ke ${address} di firewall, atau isi HTTPS_PROXY jika jaringan ini memiliki proxy. Firewall yang membuang paket tampak seperti ini.`,
  check: (variable, address) =>
    `Periksa host dan port di ${variable}. Jika keduanya benar: izinkan koneksi dari mesin ini ke ${address} di firewall.`,
})
