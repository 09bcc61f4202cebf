import { describe, expect, it } from 'vitest'
import { startSandbox } from '../../src/sandbox/server.ts'
import { putObject, send, setUp, signCanned } from './cloudfront/support.ts'

describe('startSandbox', () => {
  it('serves a signed GET of an object through the edge, from nothing', async () => {
    const sandbox = await startSandbox()
    try {
      const setup = await setUp(sandbox)
      await putObject(setup, 'a/b', 'content')
      const url = signCanned(
        `${setup.edge}/a/b`,
        setup.keyPairId,
        setup.key.privateKey,
        Math.floor(Date.now() / 1000) + 60,
      )
      const answer = await send(url, { ca: sandbox.ca })
      expect(answer.text).toBe('content')
      expect(answer.status).toBe(200)
      console.log(answer.headers, sandbox.edgeLog)
    } finally {
      await sandbox.close()
    }
  })
})
