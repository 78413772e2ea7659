import { learn } from '../words/language.ts'
import type { demoWords } from './demo-words.ts'

learn<typeof demoWords>('demoWords', {
  introduction: ({ url, sandbox, status, file }, [list, payslip], parts) => {
    const page = status === undefined ? '' : `\n  status   ${status}   buka di browser untuk melihat apa yang terjadi`
    const whoMay = file === undefined ? '' : `\n  callers  ${file}   mengatur siapa boleh melakukan apa`
    return `
catapa-sidecar demo: semua orang dan angka adalah rekaan.
  sidecar  ${url}   dipanggil oleh program Anda, tanpa login apa pun
  sandbox  ${sandbox}   pengganti https://api.catapa.com${page}${whoMay}

Tempelkan di terminal lain (di PowerShell dan cmd tulis curl.exe):

  ${list}

  ${payslip}
${parts}
Untuk mengarahkan sebuah program ke sini, ganti base URL-nya dan hapus login-nya:

  https://api.catapa.com  ->  ${url}

Untuk melakukan panggilan atas nama seseorang, masuk sebagai salah satu orang rekaan: "Try it without an account" di
docs/on-behalf-of.md.

Ctrl-C mengakhiri keduanya.
`
  },
  whatCallersMay: ([read, remove, payslip]) => `
Sebuah program dapat punya nama, dengan kunci sendiri, dan batas atas apa yang boleh dilakukannya. Program ekspor boleh membaca,
tetapi tidak boleh menghapus:

  ${read}

  ${remove}

Mesin absensi tidak boleh menanyakan penghasilan orang:

  ${payslip}
`,
  whoGivesUp: (commands) => `
Program yang terlalu cepat menyerah dan mengirim operasi tulis sekali lagi mendapat respons pertama, dan tambahan gaji dibayar
satu kali saja (curl, PHP):

  ${commands.join('\n\n  ')}
`,
  whoDidWhat: (commands) => `
Jejak audit mencatat siapa melakukan apa, termasuk panggilan yang ditolak. Lihat jejaknya, dan pastikan tidak ada yang mengubahnya:

  ${commands.join('\n\n  ')}
`,
  callersFile: [
    'Pemanggil di demo ini. Ubah file ini dan lihat halaman status: file dibaca lagi dalam 5 detik.',
    'Kuncinya dicetak saat demo dimulai; di sini hanya ada digest-nya. File ini hilang saat demo berakhir.',
  ],
  everyoneElse: 'Semua yang lain: program tanpa kunci.',
})
