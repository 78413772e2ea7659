// Node's fetch: BASE get|post|upload PATH FILE
import { readFileSync } from 'node:fs'

const [base, scenario, path, file] = process.argv.slice(2)
const options = {}
if (scenario === 'post') {
  options.method = 'POST'
  options.headers = { 'Content-Type': 'application/json' }
  options.body = readFileSync(file)
}
if (scenario === 'upload') {
  options.method = 'POST'
  options.body = new FormData()
  options.body.append('file', new Blob([readFileSync(file)], { type: 'image/png' }), 'logo.png')
}
const response = await fetch(base + path, options)
const answer = Buffer.from(await response.arrayBuffer())
if (!response.ok) throw new Error(`${response.status} ${response.statusText}\n${answer}`)
process.stdout.write(answer)
