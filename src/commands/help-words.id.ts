import { learn } from '../words/language.ts'
import type { helpWords } from './help-words.ts'

learn<typeof helpWords>('helpWords', {
  start: {
    summary: 'jalankan sidecar (juga tanpa perintah)',
    help: `Menerima request HTTP di SIDECAR_LISTEN (localhost:8228) dan meneruskannya ke CATAPA dengan Tenant dan
Authorization. Memerlukan CATAPA_TENANT, CATAPA_CLIENT_ID dan CATAPA_CLIENT_SECRET, dari environment atau dari --config.
Berjalan sampai SIGTERM atau Ctrl-C, lalu memberi respons untuk request yang sudah diterimanya, dan berakhir dengan 0.
Tetap berjalan jika token endpoint menolak client atau gagal.`,
  },
  demo: {
    summary: 'coba tanpa kredensial: sandbox CATAPA dan sidecar di depannya',
    help: `Menjalankan keduanya dalam satu proses dan mencetak apa yang dapat dicoba. Semua data adalah rekaan.
Pengaturan SIDECAR_… berlaku; proxy perusahaan tidak dipakai.`,
  },
  sandbox: {
    summary: 'jalankan sandbox CATAPA saja',
    help: `Mendengarkan di SANDBOX_LISTEN (localhost:8230). SANDBOX_TENANT, SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET,
SANDBOX_REDIRECT_URI, SANDBOX_TOKEN_LIFETIME, SANDBOX_TOKEN_REUSE, SANDBOX_TOKEN_SINGLE dan SANDBOX_REFRESH_ROTATION
mengubah apa yang diharapkan dan diterbitkannya. PATCH /sandbox/faults membuatnya gagal: docs/sandbox.md. Semua data
adalah rekaan.`,
  },
  login: {
    summary: 'masuk sebagai seseorang, untuk panggilan atas nama orang itu',
    help: `Mencetak alamat halaman login CATAPA, membukanya di browser jika ada (tidak dengan --no-browser), dan
menunggu, paling lama 5 menit, sampai browser kembali ke CATAPA_REDIRECT_URI (http://127.0.0.1:8231/callback). Dengan
--paste, Anda menempelkan alamat terakhir di browser: untuk browser di mesin lain, dan jika redirect URI lain yang
terdaftar. Kemudian orang yang sudah masuk disebutkan namanya, karena siapa pun yang melihat alamat itu bisa
melakukannya, dan di standard input ditanyakan apakah akan dilanjutkan: hanya y atau ya yang menyimpan login, di
SIDECAR_STATE_DIR. Dengan --as NAME (nama, nama pengguna atau id) tidak ada pertanyaan, dan hanya login orang itu yang
disimpan. Sidecar memakai login ini dengan CATAPA_GRANT=authorization_code.
Berakhir dengan 0 jika login disimpan, 1 jika melewati batas waktu, standard input berakhir atau folder terus dipakai
proses lain, 2 jika pengaturan salah atau login tidak dapat disimpan, 3 jika port sedang dipakai, 4 jika login ditolak
atau tidak dikonfirmasi, tempelan tidak dapat dipakai, atau sidecar yang sedang berjalan milik pengguna lain atau
menyimpan login-nya di tempat lain, 5 jika CATAPA tidak dapat dihubungi atau gagal, 130 jika dihentikan dari luar.`,
  },
  logout: {
    summary: 'lupakan login di mesin ini',
    help: `Menghapus login yang tersimpan dari SIDECAR_STATE_DIR. Sidecar yang sedang berjalan mengetahuinya dalam 5
detik. CATAPA tidak diberi tahu: di sana, akses berakhir jika orang itu atau administrator mencabutnya. Tidak membaca
kredensial. Berakhir dengan 0, juga jika tidak ada login, 1 jika folder terus dipakai proses lain, 2 jika pengaturan
salah atau folder tidak dapat diubah.`,
  },
  doctor: {
    summary: 'periksa semuanya, dari pengaturan sampai token diterima, dan sampaikan langkah berikutnya',
    help: `Mencetak satu baris per langkah: pengaturan, secret, file pemanggil, jejak audit, login seseorang jika
diperlukan, DNS, TCP, proxy keluar, TLS, jam, token, apakah CATAPA menerima token, listener. Di bawah langkah yang gagal
tercantum apa yang harus dilakukan. Dengan --json isinya sama, dalam bentuk JSON. Jika sidecar dengan pengaturan yang
sama sedang berjalan, token sidecar itu yang diperiksa dan token baru tidak diminta, kecuali dengan --new-token.
Berakhir dengan 0 jika semuanya baik, selain itu dengan status langkah pertama yang gagal: 1 lock login dipegang proses
lain, 2 pengaturan, 3 listener, 4 client, tenant atau token ditolak, 5 CATAPA tidak dapat dihubungi.`,
  },
  report: {
    summary: 'tulis satu teks untuk dibaca dan dikirim kepada pihak yang membantu',
    help: `Mencetak versi, sistem, pengaturan, langkah-langkah doctor, kegagalan terakhir (kode, operasi, waktu,
request id), serta status dan metrik sidecar di SIDECAR_ADMIN_LISTEN. Di dalamnya tidak ada secret, tidak ada nilai dari
sebuah request, tidak ada alamat pemanggil, dan tidak ada nama mesin ini maupun nama orang yang sudah masuk. Tidak ada
yang dikirim, dan CATAPA tidak dimintai token baru: bacalah, lalu kirim sendiri. Sidecar tidak harus berjalan. Dengan
--json tercetak satu objek. Berakhir dengan 0 setelah tertulis, 2 jika pengaturan salah: teksnya tetap ditulis, sejauh
yang bisa.`,
  },
  check: {
    summary: 'periksa pengaturan dan file pemanggil tanpa jaringan, dan tidak menjalankan apa pun',
    help: `Memeriksa semua yang diperiksa start sebelum mendengarkan: semua pengaturan dan file yang disebutnya, file
pemanggil, serta folder dan kunci jejak audit jika ada. Semua masalah disebutkan sekaligus. Tidak memakai jaringan,
tidak mendengarkan di mana pun dan tidak menulis apa pun: untuk CI, untuk Ansible, dan sebelum mulai ulang. Jalankan di
tempat sidecar berjalan, sebagai penggunanya, karena file, hak akses dan pengguna dinilai seperti adanya di sini. doctor
juga mencoba jalan ke CATAPA. Dengan --json: {"ok", "problems": [{"name", "problem"}], "warnings"}. Berakhir dengan 0
jika start akan sampai mendengarkan, 2 jika tidak.`,
  },
  exec: {
    summary: 'jalankan satu program dengan sidecar sendiri: exec -- CMD ARG…',
    help: `Menjalankan sidecar di port yang bebas, menunggu token (paling lama 60 s, atau --timeout), dan menjalankan
CMD dengan CATAPA_URL dan CATAPA_BASE_URL berisi alamat sidecar itu dan localhost di NO_PROXY. Jika ada file socket di
SIDECAR_LISTEN, tidak ada port yang dibuka: CATAPA_SOCKET lalu menyebut file socket pribadi, untuk pengguna ini saja.
CMD tidak mendapat kredensial. File pemanggil berlaku seperti untuk service, tetapi listener yang disebutnya tidak
dibuka, karena sudah dipakai service: CMD dikenali dari kuncinya atau penggunanya. Signal diteruskan, dan status
akhirnya adalah status CMD: 128+n jika CMD diakhiri signal n, 127 jika tidak ditemukan, 126 jika tidak dapat dijalankan.
4 atau 5: tidak ada token (ditolak, tidak dapat dihubungi), dan CMD tidak dijalankan. Log ditulis ke standard error,
hanya peringatan dan kesalahan kecuali SIDECAR_LOG_LEVEL diisi.`,
  },
  key: {
    summary: 'buat kunci baru untuk pemanggil',
    help: `Mencetak kunci untuk program pemanggil, dan satu baris untuk bagian program itu di file pemanggil
(SIDECAR_CALLERS_FILE), yang hanya berisi digest kunci. Tidak menyimpan dan tidak membaca apa pun. Dengan --json:
{"key", "line"}. Berakhir dengan 0.`,
  },
  certificate: {
    summary: 'cetak baris yang membuat pemanggil dikenali dari sertifikatnya',
    help: `Mencetak satu baris untuk sebuah bagian file pemanggil: pin kunci publik sertifikat di FILE.pem, yaitu
SHA-256 dari SubjectPublicKeyInfo-nya (RFC 7469) dalam heksadesimal. Nama dan tanggalnya menjadi komentar di atas baris
itu. FILE.pem juga boleh berisi kunci publik; dari beberapa sertifikat, yang pertama yang dipakai. File dengan kunci
privat ditolak. Tidak menyimpan apa pun. Dengan --json: {"line", "subject", "names", "from", "to"}. Berakhir dengan 0,
atau 2 jika salah dipakai atau tidak ada sertifikat di file itu.`,
  },
  policy: {
    summary:
      'tanyakan apa yang boleh dilakukan pemanggil: policy check CALLER METHOD PATH, policy list, policy suggest',
    help: `check menjawab apakah request dari pemanggil itu ("*" adalah semua yang lain) akan diizinkan, oleh baris
aturan atau profil yang mana, dan bagaimana mengizinkannya. Berakhir dengan 0 diizinkan, 1 ditolak, 2 jika file
pemanggil tidak menyebut pemanggil itu. Dengan --json tercetak satu objek: "verdict" (allowed, refused, atau reported:
diizinkan, karena report = true), "by", "wouldAllow", "operation".
list mencetak operasi CATAPA, satu per baris: metode, path, efek, domain, dan allowed atau refused menurut
SIDECAR_PROFILE, atau menurut profil dari --profile; dengan --caller juga menurut bagian pemanggil itu (reported: akan
ditolak tanpa report = true). Tanda ? berarti efek operasi itu tidak pasti; efek yang lebih ketat yang dianggap berlaku.
--json mencetak satu objek per operasi.
suggest membaca baris log (JSON) dari file atau standard input, atau dengan --trail DIR jejak audit. Untuk setiap
pemanggil tercetak bagian file pemanggil yang paling sempit yang mengizinkan semua panggilannya: sampai 12 operasi
sebagai baris allow; jika lebih, yang paling sempit dari read-only, payroll-input, time-import dan directory yang
memerlukan paling banyak 5 baris allow tambahan, selain itu baris allow saja. Panggilan yang ditolak tidak disertakan,
dan sebuah komentar menyebutkannya. Dengan --callers FILE tercetak file pemanggil itu dengan bagian-bagian tadi di
dalamnya: baris key, listen, certificate, user dan deny, batas, report dan komentar tetap ada. Tidak membaca pengaturan.
Berakhir dengan 0, atau 2 jika sebuah file atau jejak tidak dapat dibaca.
check dan list membaca SIDECAR_PROFILE dan SIDECAR_CALLERS_FILE, dan tidak membaca kredensial; keduanya juga berakhir
dengan 2 jika pengaturan ini salah.`,
    takes: 'check CALLER METHOD PATH, list, atau suggest',
  },
  audit: {
    summary: 'baca jejak audit: audit verify, audit show',
    help: `Membaca jejak di DIR, atau di SIDECAR_AUDIT_DIR. Sidecar tidak harus berjalan, dan kredensial tidak dibaca.
verify membaca seluruh jejak dan menyebut kerusakan pertama, dengan file, baris dan alasannya. Baris terakhir yang
terpotong, seperti setelah crash, disebutkan dan bukan kerusakan. Dengan --head SEQ:HASH, yaitu head dari log,
/api/status atau verify sebelumnya, disebutkan juga apakah baris itu masih ada di jejak. Tanpa --head hanya dikatakan
bahwa baris-barisnya cocok satu sama lain. --json mencetak satu objek. Berakhir dengan 0 utuh, 1 rusak, atau tidak
terbukti karena tidak ada jejak atau head lebih lama daripada baris terlama, 2 jika salah dipakai atau folder tidak
dapat dibaca.
show mencetak tabel: satu baris per request, juga jika awal dan akhirnya masing-masing punya satu baris; "hasil tidak
diketahui" jika akhirnya tidak ada. --caller, --effect (read, compute, write, decide, delete, bulk-delete, unknown),
--since dan --until (2026-11-27T10:00Z, 2026-11-27, atau 2h, 3d untuk sekian jam atau hari yang lalu; UTC kecuali
disebut lain) memilih baris; --refused memilih request yang ditolak saja, --limit N yang N terbaru. --tz (Asia/Jakarta,
WIB, +07:00) adalah zona waktu semua waktu selain waktu dari --json. --path mencari path seperti saat dipanggil, tanpa
query; dengan /** di akhirnya juga path CATAPA di bawahnya. Untuk itu diperlukan SIDECAR_AUDIT_KEY_FILE. --json mencetak
satu objek per baris. show tidak memeriksa hash: verify yang memeriksanya. Berakhir dengan 0, atau 2 jika salah dipakai.`,
    takes: 'verify atau show, dan sebuah folder',
  },
  repeats: {
    summary: 'daftar operasi tulis dengan hasil tidak diketahui, atau lepaskan satu: repeats list, repeats release',
    help: `Bertanya kepada sidecar di SIDECAR_ADMIN_LISTEN (localhost:8229). list (juga tanpa kata) mencetak operasi
tulis terlindung yang tidak diketahui apakah sudah dijalankan CATAPA, dan yang sudah dijalankan tetapi responsnya
hilang: nomor, waktu, pemanggil, hasil, operasi tulis, request id. Operasi tulis yang sama ditolak (409 repeated) sampai
dilepaskan atau SIDECAR_REPEAT_WINDOW berlalu. --json mencetak satu objek per operasi tulis. release menyatakan bahwa
seseorang sudah memeriksa di CATAPA, dan bahwa operasi tulis yang sama boleh dikirim lagi; jejak audit mencatatnya.
Tidak membaca pengaturan lain dan tidak membaca kredensial. Berakhir dengan 0, 1 jika tidak ada operasi tulis itu,
request id milik beberapa, tidak ada sidecar yang merespons atau tidak ada yang melindungi operasi tulis, 2 jika salah
dipakai atau SIDECAR_ADMIN_LISTEN bernilai off.`,
    takes: 'list, atau release dan sebuah nomor atau request id',
  },
  notify: {
    summary: 'kirim pesan uji kepada orang-orang yang diberi tahu: notify test',
    help: `test mengirim satu pesan, yang menyatakan bahwa ini pengujian, kepada setiap penerima di SIDECAR_NOTIFY_URL,
dan mencetak satu baris untuk masing-masing: diterima, atau mengapa tidak dan apa yang harus dilakukan. Penerima yang
merespons dengan 429 atau 5xx dicoba sekali lagi; setelah 30 s perintah ini berakhir. Membaca semua pengaturan, dan
tidak meminta apa pun dari CATAPA. Sidecar tidak harus berjalan. Dengan --json: {"ok", "receivers": [{"receiver",
"took", "problem", "next"}]}. Berakhir dengan 0 jika semua menerima, 5 jika salah satu tidak, 2 jika SIDECAR_NOTIFY_URL
tidak diisi atau ada pengaturan yang salah.`,
    takes: 'test',
  },
  wait: {
    summary: 'tunggu sampai sidecar yang berjalan siap',
    help: `Bertanya kepada sidecar di SIDECAR_ADMIN_LISTEN (localhost:8229) sampai siap, paling lama 60 s, atau
--timeout. Tidak membaca pengaturan lain dan tidak membaca kredensial. Dengan --json tercetak {"ready", "address",
"status", "sentence"} saat berakhir. Berakhir dengan 0 jika sidecar siap, 1 jika tidak siap sampai batas waktu, 2 jika
SIDECAR_ADMIN_LISTEN bernilai off.`,
  },
  healthcheck: {
    summary: 'tanyakan apakah sidecar yang berjalan hidup, atau siap: untuk HEALTHCHECK',
    help: `Satu pemeriksaan di SIDECAR_ADMIN_LISTEN (localhost:8229): apakah sudah dimulai, dan apakah hidup? Dengan
--ready: apakah sebaiknya mendapat request? Tidak membaca pengaturan lain dan tidak membaca kredensial. Dengan --json:
{"ok", "address", "status", "sentence"}. Berakhir dengan 0 untuk ya, 1 untuk tidak, 2 jika SIDECAR_ADMIN_LISTEN bernilai
off.`,
  },
})
