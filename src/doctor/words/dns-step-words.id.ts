import { learn } from '../../words/language.ts'
import type { dnsStepWords } from './dns-step-words.ts'

learn<typeof dnsStepWords>('dnsStepWords', {
  address: (host) => `${host} adalah alamat, tidak ada nama yang perlu dicari`,
  found: (host, addresses) => `alamat ${host} adalah ${addresses}`,
  silent: (host) => `alamat dari nama ${host} tidak dapat dicari: tidak ada server DNS yang merespons`,
  unknown: (host) => `alamat dari nama ${host} tidak dapat dicari: nama itu tidak dikenal`,
  check: (variable, proxied) =>
    `Periksa ejaan di ${variable}, dan pastikan mesin ini memiliki jaringan dan server DNS.${proxied ? '' : ' Jika jaringan ini hanya dapat keluar melalui proxy, isi HTTPS_PROXY: proxy lalu mencari alamatnya.'}`,
})
