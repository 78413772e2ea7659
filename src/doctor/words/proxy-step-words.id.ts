import { learn } from '../../words/language.ts'
import type { proxyStepWords } from './proxy-step-words.ts'

learn<typeof proxyStepWords>('proxyStepWords', {
  leads: (proxy, goal) => `${proxy} meneruskan ke ${goal}`,
  notSet: (host) => `tidak ada proxy yang diatur, ${host} dihubungi langsung`,
  notApplied: (variable, host) => `${variable} diatur, tetapi tidak berlaku untuk ${host}, yang dihubungi langsung`,
  failed: (proxy, because) => `${proxy} tidak berfungsi sebagai proxy: ${because}`,
  check: (variable, hostname) =>
    `Periksa ${variable}: skemanya biasanya http://, juga untuk tujuan https:. Untuk menghubungi ${hostname} langsung, sebutkan di NO_PROXY.`,
  refuses: (proxy, goal, status) => `${proxy} menolak membuka koneksi ke ${goal} (status ${status})`,
  allow: (goal) =>
    `Minta administrator proxy mengizinkan CONNECT ke ${goal}, atau isi NO_PROXY jika ada jalur langsung.`,
  wrongUser: (proxy, variable) => `${proxy} menolak nama pengguna dan kata sandi di ${variable}`,
  noUser: (proxy) => `${proxy} meminta nama pengguna dan kata sandi`,
  putUser: (variable) =>
    `Tuliskan di ${variable} sebagai http://user:password@host:port; karakter khusus ditulis dengan percent-encoding, "@" menjadi %40.`,
  unsupported: (proxy, schemes) =>
    `${proxy} meminta ${schemes.length > 0 ? schemes.join(' atau ') : 'jenis login'} yang tidak didukung`,
  smallProxy: (variable, goal) =>
    `Jalankan proxy kecil yang mendukungnya di mesin ini (misalnya cntlm atau Px) dan sebutkan proxy itu di ${variable}; atau minta jalur ke ${goal} tanpa login.`,
})
