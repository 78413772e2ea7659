// Who runs. All listen on the loopback, forward over TLS, verify the certificate, and add tenant and token.
import type { ChildProcess } from 'node:child_process'
import { pidOf } from '../processes.ts'
import { productCli } from '../repository.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { Contestant, Contestants, How } from './contestant.ts'
import { untilItAnswers } from './first-answer.ts'
import { startNginxProxy } from './nginx-proxy.ts'
import { startProduct } from './product.ts'
import { startScript } from './script.ts'

/** @param also the dist/cli.js of another build of the product */
export function contestants(folder: string, upstream: Upstream, also?: string): Contestants {
  return {
    product: started('product', (how) => startProduct(productCli, upstream, how)),
    ...(also !== undefined && { also: started('also', (how) => startProduct(also, upstream, how)) }),
    bare: started('bare', (how) => startScript('bare', upstream, how)),
    floor: started('floor', (how) => startScript('floor', upstream, how)),
    nginx: started('nginx', () => startNginxProxy(folder, upstream)),
  }
}

function started<Parts extends { port: number; child: ChildProcess }>(
  name: string,
  begin: (how: How) => Promise<Parts>,
): (how?: How) => Promise<Parts & Contestant> {
  return async (how = {}) => {
    const begun = performance.now()
    const parts = await begin(how)
    await untilItAnswers(parts)
    return { ...parts, name, pid: pidOf(parts.child), startMs: performance.now() - begun }
  }
}
