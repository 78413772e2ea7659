import type { Config } from '../settings/config.ts'
import type { Environment } from '../settings/environment.ts'
import { isLocal } from '../settings/listen-address.ts'

/**
 * What to know in a container when nobody outside of it can call: most that publish a port find out by a connection that
 * is reset. The image says by `container` that it is one (as systemd's container interface has it; podman sets it too);
 * in a Kubernetes pod loopback is what is wanted, so nothing is said there. Undefined when there is nothing to say.
 */
export function loopbackInContainer({ listen }: Pick<Config, 'listen'>, environment: Environment): string | undefined {
  if (!environment.container || environment.KUBERNETES_SERVICE_HOST) return undefined
  const [first] = listen
  if (first === undefined || first.kind === 'unix' || !listen.every(isLocal)) return undefined
  return (
    "listens on this container's loopback only, which is right in a pod or a shared network; in a network of its own " +
    `set SIDECAR_LISTEN=0.0.0.0:${first.port}, SIDECAR_TRUST_NETWORK=true and SIDECAR_ALLOWED_HOSTS`
  )
}
