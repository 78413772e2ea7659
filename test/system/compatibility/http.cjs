// Node's http, as written before promises: BASE get|post|upload PATH FILE
const fs = require('node:fs')
const http = require('node:http')

const [base, scenario, path, file] = process.argv.slice(2)
const boundary = '----node-boundary'
const types = { post: 'application/json', upload: `multipart/form-data; boundary=${boundary}` }
const options =
  scenario === 'get' ? { method: 'GET' } : { method: 'POST', headers: { 'Content-Type': types[scenario] } }

const request = http.request(base + path, options, (response) => {
  const chunks = []
  response.on('data', (chunk) => chunks.push(chunk))
  response.on('error', fail)
  response.on('end', () => {
    const answer = Buffer.concat(chunks)
    if (response.statusCode >= 400) fail(`${response.statusCode} ${response.statusMessage}\n${answer}`)
    else process.stdout.write(answer)
  })
})
request.on('error', fail)
if (scenario === 'get') request.end()
if (scenario === 'post') request.end(fs.readFileSync(file))
if (scenario === 'upload') {
  const head = 'Content-Disposition: form-data; name="file"; filename="logo.png"\r\nContent-Type: image/png\r\n\r\n'
  request.write(`--${boundary}\r\n${head}`)
  const content = fs.createReadStream(file)
  content.pipe(request, { end: false })
  content.on('end', () => request.end(`\r\n--${boundary}--\r\n`))
}

function fail(error) {
  console.error(String(error))
  process.exitCode = 1
}
