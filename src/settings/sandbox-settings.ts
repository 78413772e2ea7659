import { addressWords } from './address-words.ts'
import { expectedWords } from './expected-words.ts'
import { isTls, parseListenAddress } from './listen-address.ts'
import { flag, secondsOrNone, text } from './setting.ts'

function visible(name: string, value: string, description: string) {
  const expected = () => expectedWords().visible
  return text(name, value, { description, expected, schema: { pattern: '^[\\x21-\\x7E]+$' }, read: String })
}

/** The settings of the sandbox (design/promises 6.4). */
export const sandboxSettings = {
  listen: text('SANDBOX_LISTEN', 'localhost:8230', {
    description: "The sandbox's listener, one address.",
    expected: () => expectedWords().sandboxListen,
    read(address, say) {
      const parsed = parseListenAddress(address)
      if ('flaw' in parsed) return say(addressWords().flawed(undefined, parsed.flaw))
      return isTls(parsed) ? say(addressWords().sandboxTls) : parsed
    },
  }),
  tenant: visible('SANDBOX_TENANT', 'demo', 'The tenant that the sandbox knows.'),
  clientId: visible('SANDBOX_CLIENT_ID', 'demo-client', 'The client that the sandbox knows.'),
  clientSecret: visible('SANDBOX_CLIENT_SECRET', 'demo-secret', 'The secret of that client.'),
  // Seconds here too: the sandbox counts in them.
  tokenLifetimeSeconds: {
    ...secondsOrNone('SANDBOX_TOKEN_LIFETIME', 3600, {
      description: 'Lifetime in seconds of the tokens that the sandbox issues.',
    }),
    read: Number,
  },
  tokenReuse: flag('SANDBOX_TOKEN_REUSE', false, {
    description: 'Returns the existing token with its remaining lifetime, as Spring Security OAuth does.',
  }),
  tokenSingle: flag('SANDBOX_TOKEN_SINGLE', false, {
    description: 'Each new token ends the one before it.',
  }),
  refreshRotation: flag('SANDBOX_REFRESH_ROTATION', false, {
    description: 'Each refresh token works once; using one twice revokes everything that came from that login.',
  }),
  redirectUri: text('SANDBOX_REDIRECT_URI', 'http://127.0.0.1:8231/callback', {
    description: 'The redirect URI that is registered with the client: people are sent there after a login.',
    expected: () => expectedWords().sandboxRedirectUri,
    schema: { pattern: '^https?://[^\\s#]+$' },
    read: (uri, say) => (URL.canParse(uri) ? uri : say()),
  }),
}
