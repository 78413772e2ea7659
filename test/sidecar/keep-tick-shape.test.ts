import assert from 'node:assert/strict'
import { executionAsyncResource } from 'node:async_hooks'
import { test } from 'node:test'

test('the resource of a tick is the object that nextTick has made, of which one is kept', async () => {
  const resource = await new Promise<object>((resolve) => process.nextTick(() => resolve(executionAsyncResource())))
  assert.deepEqual(Object.keys(resource), ['callback', 'args'])
})
