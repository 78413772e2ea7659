// What each receiver gets. The forms were checked against what the services document; see the files in src/notices/kinds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fastify } from 'fastify'
import { googleChat } from '../../../src/notices/kinds/google-chat.ts'
import { json } from '../../../src/notices/kinds/json.ts'
import { ntfy } from '../../../src/notices/kinds/ntfy.ts'
import type { HttpKindForm } from '../../../src/notices/kinds/post.ts'
import { slack } from '../../../src/notices/kinds/slack.ts'
import { teams } from '../../../src/notices/kinds/teams.ts'
import { telegram } from '../../../src/notices/kinds/telegram.ts'
import type { Message } from '../../../src/notices/message.ts'
import { hostile, item, message, plainLines, several, severalLines, when } from '../../support/notices.ts'

const bodyOf = (form: HttpKindForm, of: Message) => JSON.parse(form.post(of).body)
const jsonType = { 'Content-Type': 'application/json; charset=utf-8' }

test('Slack: one section of plain text', () => {
  const text = plainLines.join('\n')
  assert.deepEqual(slack.post(message()).headers, jsonType)
  assert.deepEqual(bodyOf(slack, message()), {
    text,
    mrkdwn: false,
    blocks: [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }],
    unfurl_links: false,
    unfurl_media: false,
  })
})

test('Teams: an Adaptive Card with one block for each line, as a workflow takes it', () => {
  const block = (text: string, spacing: string) => ({
    type: 'RichTextBlock',
    spacing,
    inlines: [{ type: 'TextRun', text }],
  })
  const [what = '', since = '', next = '', , instance = '', page = ''] = plainLines
  assert.deepEqual(bodyOf(teams, message()), {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: [
            block(what, 'Small'),
            block(since, 'Small'),
            block(next, 'Small'),
            block(instance, 'Medium'),
            block(page, 'Small'),
          ],
        },
      },
    ],
  })
})

test('Google Chat: a card with one paragraph for each line', () => {
  const widgets = severalLines.filter((line) => line !== '').map((text) => ({ textParagraph: { text } }))
  assert.deepEqual(bodyOf(googleChat, several), {
    fallbackText: severalLines[0],
    cardsV2: [{ cardId: 'notice', card: { sections: [{ widgets }] } }],
  })
})

test('Telegram: the text, without a preview of links; its answer says whether it was taken, and how long to wait', () => {
  assert.deepEqual(bodyOf(telegram, message()), {
    text: plainLines.join('\n'),
    link_preview_options: { is_disabled: true },
  })
  assert.equal(telegram.took?.('{"ok":true,"result":{}}'), true)
  for (const text of ['{"ok":false}', '', 'ok', '[]', '{"ok":1}']) assert.equal(telegram.took?.(text), false, text)
  const flood = '{"ok":false,"error_code":429,"parameters":{"retry_after":35}}'
  assert.equal(telegram.retryAfterMs?.(flood), 35_000)
  for (const text of ['{}', '<html>', '{"parameters":{"retry_after":"35"}}', '{"parameters":{"retry_after":-1}}']) {
    assert.equal(telegram.retryAfterMs?.(text), undefined, text)
  }
})

test('ntfy: the text as body, all else in headers of ASCII', () => {
  assert.deepEqual(ntfy.post(message()), {
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      Title: 'catapa-sidecar',
      Priority: '4',
      Tags: 'rotating_light',
    },
    body: plainLines.join('\n'),
  })
  const marks = (of: Message) => [ntfy.post(of).headers.Priority, ntfy.post(of).headers.Tags]
  assert.deepEqual(marks(message([item({ condition: 'warning' })])), ['3', 'warning'])
  assert.deepEqual(marks(message([item({ event: 'over', tookMs: 1 })])), ['3', 'white_check_mark'])
  assert.deepEqual(marks(several), ['4', 'rotating_light'])
})

test('JSON: a body of our own with a version, times in ISO 8601', () => {
  assert.deepEqual(bodyOf(json, several), {
    version: 1,
    at: '2026-12-01T09:30:00.000Z',
    instance: 'acme on payroll-1, /etc/catapa-sidecar/settings.env',
    page: 'http://localhost:8229/',
    more: 'More follows tomorrow.',
    items: [
      {
        state: 'unreachable',
        event: 'lasts',
        condition: 'bad',
        what: 'CATAPA cannot be reached: it refused the connection.',
        next: 'Check the network; the sidecar keeps trying.',
        since: '2026-12-01T03:10:00.000Z',
        tookSeconds: null,
      },
      {
        state: 'audit',
        event: 'over',
        condition: 'warning',
        what: 'The trail can be written.',
        next: null,
        since: '2026-12-01T09:28:00.000Z',
        tookSeconds: 720,
      },
    ],
    text: severalLines.join('\n'),
  })
  assert.deepEqual(
    [bodyOf(json, message(undefined, { page: undefined })).page, bodyOf(json, message()).more],
    [null, null],
  )
})

/** The texts that people are shown, as the receiver takes them. */
const shown: Readonly<Record<string, readonly [HttpKindForm, (body: string) => string[]]>> = {
  slack: [slack, (body) => [JSON.parse(body).blocks[0].text.text, JSON.parse(body).text]],
  teams: [
    teams,
    (body) =>
      JSON.parse(body).attachments[0].content.body.map(
        ({ inlines }: { inlines: { text: string }[] }) => inlines[0]?.text,
      ),
  ],
  googlechat: [
    googleChat,
    (body) =>
      JSON.parse(body).cardsV2[0].card.sections[0].widgets.map(
        ({ textParagraph }: { textParagraph: { text: string } }) => textParagraph.text,
      ),
  ],
  telegram: [telegram, (body) => [JSON.parse(body).text]],
  ntfy: [ntfy, (body) => [body]],
}

/** What would format or mention, as far as the receiver looks for it. */
const alive: Readonly<Record<string, RegExp>> = {
  slack: /[<>]|&(?!amp;|lt;|gt;)/,
  teams: /\{\{/,
  googlechat: /[<>]|&(?!amp;|lt;|gt;)/,
  telegram: /[@#$][^\u2060]/,
  ntfy: /^$/,
}

test('a card of Google Chat has 100 widgets at most', () => {
  const of = message(Array.from({ length: 60 }, () => item({ what: 'x', next: 'y' })))
  const [{ widgets }] = bodyOf(googleChat, of).cardsV2[0].card.sections
  assert.ok(widgets.length > 60 && widgets.length <= 100)
  assert.equal(widgets.at(-1).textParagraph.text, plainLines.at(-1))
})

test("Google Chat's notification on a device has no mention either", () => {
  assert.doesNotMatch(bodyOf(googleChat, message([item({ what: hostile })])).fallbackText, /[<>]/)
})

const isEscaped = (name: string) => name === 'slack' || name === 'googlechat'

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

test('nothing in a message formats or mentions, also not with hostile text in every place', () => {
  const of = message([item({ what: hostile, next: hostile })], {
    more: hostile,
    instance: hostile,
    page: `http://${hostile}`,
  })
  for (const [name, [form, texts]] of Object.entries(shown)) {
    const found = texts(form.post(of).body)
    for (const text of found) assert.doesNotMatch(text, alive[name] ?? /./, name)
    // What was escaped or broken can be read as it was.
    const read = found.join('\n').replaceAll('\u2060', '')
    assert.ok((isEscaped(name) ? unescaped(read) : read).includes(hostile), name)
  }
})

test('members that would turn formatting or mentions on are in no body', () => {
  for (const [form] of Object.values(shown)) {
    const { body, headers } = form.post(message([item({ what: hostile })]))
    assert.doesNotMatch(body, /"(parse_mode|entities|link_names|parse|markdown|mention|textSyntax)"/)
    assert.ok(!Object.keys(headers).some((name) => /markdown|actions|click/i.test(name)))
    for (const value of Object.values(headers)) assert.match(value, /^[ -~]+$/)
  }
})

/** The limit of each, in its own units. */
const sizes: Readonly<Record<string, readonly [(body: string, texts: string[]) => number, number]>> = {
  slack: [(_, texts) => Math.max(...texts.map((text) => text.length)), 3000],
  teams: [(body) => 2 * body.length, 28_000],
  googlechat: [(body) => Buffer.byteLength(body), 32_000],
  telegram: [(_, texts) => Math.max(...texts.map((text) => text.length)), 4096],
  ntfy: [(body) => Buffer.byteLength(body), 4096],
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    hostile,
    '&'.repeat(50_000),
    '<'.repeat(700),
    '👩‍💻'.repeat(5000),
    'שלום '.repeat(999),
    '\u2028\u2029\r\n',
    '"\\'.repeat(500),
    '\uD800',
    '@'.repeat(900),
  ),
)
const anyItem = fc.record({
  state: fc.constant('x'),
  event: fc.constantFrom('began' as const, 'lasts' as const, 'over' as const),
  condition: fc.constantFrom('warning' as const, 'bad' as const),
  what: nasty,
  next: fc.option(nasty, { nil: undefined }),
  since: fc.constant(item().since),
  tookMs: fc.option(fc.nat(), { nil: undefined }),
})

for (const [name, [form, texts]] of Object.entries(shown)) {
  test(`${name}: no message is over its limit, and instance and page stay whole below it`, () => {
    const [sizeOf, most] = sizes[name] ?? assert.fail()
    const items = fc.array(anyItem, { minLength: 1, maxLength: 40, size: 'max' })
    fc.assert(
      fc.property(items, fc.option(nasty, { nil: undefined }), (some, more) => {
        const { body } = form.post(message(some, { more }))
        const found = texts(body)
        assert.ok(sizeOf(body, found) <= most)
        const all = found.join('\n')
        assert.match(
          all,
          /acme on payroll-1, \/etc\/catapa-sidecar\/settings\.env\nStatus page: http:\/\/localhost:8229\/$/,
        )
        assert.doesNotMatch(all, /[\p{Cs}\p{Zl}\p{Zp}\r\u202E\0]/u)
      }),
      { seed: 13, numRuns: 60 },
    )
    fc.assert(
      fc.property(items, nasty, nasty, (some, instance, page) => {
        const { body } = form.post(message(some, { instance, page, more: instance }))
        assert.ok(sizeOf(body, texts(body)) <= most)
      }),
      { seed: 13, numRuns: 60 },
    )
  })

  test(`${name}: what does not fit is cut from the last state, with an …; its first one keeps when it began`, () => {
    const many = Array.from({ length: 100 }, (_, index) => item({ what: `state ${index} ${'&'.repeat(120)}` }))
    const all = texts(form.post(message(many)).body).join('\n')
    assert.match(all, /^state 0 /)
    assert.ok(all.includes(when(item().since)))
    assert.ok(!all.includes('state 99 '))
    assert.match(all, /…\n+acme on payroll-1/)
  })
}

test('JSON stays small too: each text has a limit', () => {
  const of = message([item({ what: 'a'.repeat(50_000), next: '👩'.repeat(50_000) })], { instance: 'i'.repeat(50_000) })
  const { items, instance } = bodyOf(json, of)
  assert.deepEqual([[...items[0].what].length, [...items[0].next].length, instance.length], [2000, 2000, 2000])
})

// As much of the schemas as the bodies use, by hand: adaptivecards.io/schemas/adaptive-card.json (1.4), and the message around the
// card (learn.microsoft.com, "Create and send messages"); docs.slack.dev/reference/block-kit; the Chat API's Message.
const text = (maxLength?: number) => ({ type: 'string', minLength: 1, ...(maxLength && { maxLength }) })
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
})
const list = (items: unknown, maxItems = 1000) => ({ type: 'array', minItems: 1, maxItems, items })
const run = object({ type: { const: 'TextRun' }, text: text() })
const block = object({
  type: { const: 'RichTextBlock' },
  spacing: { enum: ['default', 'None', 'Small', 'Medium', 'Large', 'ExtraLarge', 'Padding'] },
  inlines: list(run),
})
const adaptiveCard = object({
  $schema: { const: 'http://adaptivecards.io/schemas/adaptive-card.json' },
  type: { const: 'AdaptiveCard' },
  version: { const: '1.4' },
  msteams: object({ width: { const: 'Full' } }),
  body: list(block),
})
const contentType = { const: 'application/vnd.microsoft.card.adaptive' }
const attachment = object({ contentType, contentUrl: { type: 'null' }, content: adaptiveCard })
const plainText = object({ type: { const: 'plain_text' }, text: text(3000), emoji: { type: 'boolean' } })
const section = object({ type: { const: 'section' }, text: plainText })
const no = { const: false }
const chatCard = object({
  sections: list(object({ widgets: list(object({ textParagraph: object({ text: text() }) }), 100) })),
})
const schemas: readonly [HttpKindForm, object][] = [
  [teams, object({ type: { const: 'message' }, attachments: list(attachment) })],
  [slack, object({ text: text(), mrkdwn: no, blocks: list(section, 50), unfurl_links: no, unfurl_media: no })],
  [googleChat, object({ fallbackText: text(), cardsV2: list(object({ cardId: text(64), card: chatCard })) })],
  [telegram, object({ text: text(4096), link_preview_options: object({ is_disabled: { const: true } }) })],
]

test('the bodies are as the schemas of the services have them, whatever stands in them', async (t) => {
  const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } } })
  t.after(() => app.close())
  for (const [index, [, schema]] of schemas.entries())
    app.post(`/${index}`, { schema: { body: schema } }, async () => '')
  const many = message(Array.from({ length: 12 }, () => item({ what: hostile.repeat(9), next: '\u2028' })))
  for (const [index, [form]] of schemas.entries()) {
    for (const of of [message(), several, many]) {
      const { headers, body } = form.post(of)
      const answer = await app.inject({ method: 'POST', url: `/${index}`, headers, body })
      assert.equal(answer.statusCode, 200, answer.body)
    }
  }
  const wrong = await app.inject({ method: 'POST', url: '/0', headers: jsonType, body: '{"type":"message"}' })
  assert.equal(wrong.statusCode, 400)
})
