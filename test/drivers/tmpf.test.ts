import { it } from 'vitest'
import { openTestBucket, plainFetch } from './bucket.ts'
import { cases } from '../../src/conformance/all.ts'
import { runSuite } from '../../src/conformance/run.ts'
import { parseFaults, saboteur } from '../../src/conformance/faults.ts'
it('x', async () => {
  const b = await openTestBucket()
  for (const f of ['503=0%', '503=20%', 'lost=5%', '500=5%', 'truncate=50%', 'flip-up=5%', 'flip-down=10%', 'error-in-200=20%', 'duplicate=5%', 'refused=10%', 'brownout=4s']) {
    const s = saboteur(parseFaults(f, 1))
    const t = performance.now()
    const r = await runSuite({ run: 'run', seed: 1, open: b.opener({ intercept: (h) => s.wrap(h as never) as never }), fetch: plainFetch,
      cases: cases.filter(({ profiles }) => profiles === undefined || profiles.includes('quick')) }).catch((e) => { console.log(f, 'suite', e); return [] })
    console.log(f, ((performance.now() - t) / 1000).toFixed(1), JSON.stringify(s.hits), r.filter((v) => v.status !== 'pass').map((v) => `\n   ${v.id} ${v.status} ${v.findings[0]?.message ?? v.reason}`).join(''))
  }
  await b.close()
}, 600_000)
