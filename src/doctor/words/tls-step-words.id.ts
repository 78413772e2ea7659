import { learn } from '../../words/language.ts'
import type { tlsStepWords } from './tls-step-words.ts'

learn<typeof tlsStepWords>('tlsStepWords', {
  notUsed: (variable) => `tidak dipakai, karena ${variable} adalah http://`,
  trusted: ({ host, protocol, shown }) => {
    if (shown === undefined) return `${host}: ${protocol}`
    const by = shown.interceptor ?? 'proxy yang memeriksa TLS, atau CA Anda sendiri'
    const note = shown.publicRoot ? '' : `; bukan CA publik (${by}), tetapi dipercaya di sini`
    return `${host}: ${protocol}, diterbitkan oleh ${shown.issuer}, berlaku sampai ${shown.validTo}${note}`
  },
  noTls: (address, because) => `tidak ada koneksi TLS ke ${address}: ${because}`,
  speaksTls: (variable) =>
    `Pastikan ${variable} menyebut server yang mendukung TLS 1.2 atau lebih baru; firewall atau proxy yang memutus TLS juga tampak seperti ini.`,
  untrusted: ({ address, because, issuer }) =>
    `sertifikat ${address} tidak dipercaya: ${because}${issuer === undefined ? '' : `, diterbitkan oleh ${issuer}`}`,
  outOfDate: (address, valid, utc) =>
    `${valid === undefined ? '' : `Sertifikat itu berlaku dari ${valid.from} sampai ${valid.to}. `}Jam mesin ini menunjukkan ${utc} UTC: jika salah, setel jam itu; jika benar, administrator ${address} harus memperbarui sertifikatnya.`,
  otherHost: (variable) =>
    `Periksa host di ${variable}: yang menjawab di sana bukan server itu, atau server itu memakai nama lain.`,
  askForCa: (interceptor) =>
    `${interceptor === undefined ? 'Jika perusahaan Anda memiliki proxy atau pemindai virus yang memeriksa TLS, kemungkinan besar itulah penyebabnya.' : `Ini ${interceptor}, yang memeriksa TLS di tengah jalan.`} Minta sertifikat CA-nya dari tim TI Anda sebagai file PEM dan sebutkan file itu di CATAPA_CA_FILE. Jika tim TI Anda tidak mengenal proxy seperti itu, jangan lanjutkan: ini mungkin serangan.`,
  noName: 'tanpa nama',
  unknownDay: 'tanggal yang tidak diketahui',
})
