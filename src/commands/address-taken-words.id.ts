import { learn } from '../words/language.ts'
import type { addressTakenWords } from './address-taken-words.ts'

learn<typeof addressTakenWords>('addressTakenWords', {
  byAnother: (taken, proposal) => {
    const other = proposal === undefined ? ' di file pemanggil' : `: ${proposal}`
    return `${taken}.
Hentikan program itu (Linux: ss -ltnp, Windows: netstat -ano), atau pilih alamat lain${other}.`
  },
  bySidecar: (address, said, same, proposals) => {
    const which = said === undefined ? '' : ` Menurut keterangannya sendiri: ${said}.`
    const perhaps = same ? ' Tenant dan client-nya sama dengan sidecar ini: mungkin sidecar ini sudah berjalan.' : ''
    return `${address} sedang dipakai catapa-sidecar lain di mesin ini.${which}${perhaps}
Agar keduanya tetap berjalan, beri sidecar ini alamat sendiri, misalnya ${proposals[0]} dan
${proposals[1]}. Jika tidak, hentikan sidecar yang lain (Linux: ss -ltnp, Windows: netstat -ano).`
  },
})
