import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Contestants } from '../contestants/contestant.ts'
import { end } from '../processes.ts'
import { cpuOfReads } from './cpu-of-reads.ts'
import type { Tools } from './scenario.ts'

/** CPU per read with a trace of each call and of one in a hundred, and without any, before a collector that takes all. */
export async function traced({ product, also }: Contestants, tools: Tools): Promise<void> {
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  }).listen(0, '127.0.0.1')
  await once(collector, 'listening')
  const { port } = collector.address() as AddressInfo
  const sampled = async (name: string, ratio: string) => ({
    ...(await product({
      settings: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: ratio,
      },
    })),
    name,
  })
  const all = [
    { ...(await product()), name: 'no traces' },
    await sampled('one in 100', '0.01'),
    await sampled('all', '1'),
    ...(also === undefined ? [] : [{ ...(await also()), name: 'also' }]),
  ]
  await cpuOfReads('traces: CPU µs', all, tools)
  await Promise.all(all.map(({ child }) => end(child)))
  collector.closeAllConnections()
  collector.close()
}
