import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'
import { withBaseline } from '../../src/conformance/baseline.ts'
import { runSuite } from '../../src/conformance/run.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { memoryStore } from '../../src/drivers/memory.ts'
import { html } from '../../src/reporters/html.ts'
import { junit } from '../../src/reporters/junit.ts'
import { openMutant } from '../conformance/mutants/mutant.ts'
import { treeMutants } from '../conformance/mutants/tree.ts'
import { type Browser, openBrowser } from '../support/chromium.ts'
import { peer } from '../support/peers.ts'

const place =
  'the bucket images-of-a-team-with-a-long-name under /registry/production at http://127.0.0.1:41235'
const replay = 'regctl conformance --config deploy/production/registry/config.yml --seed 77001'
const defect = treeMutants.find(({ name }) => name === 'list: everything below')

/** A run on a driver that lists too much, one of whose failures is known. */
async function outcome(): Promise<Outcome> {
  if (defect === undefined) throw new Error('no such mutant any more')
  const store = memoryStore()
  const verdicts = await runSuite({
    cases: cases.filter(({ id }) => /^(list|move|redirect)\//.test(id)),
    open: async (root) => openMutant(defect, store, root),
    run: 'run',
    seed: 77_001,
  })
  const known = [{ id: 'list/TestList', reason: 'it lists <everything>' }]
  return {
    kind: 'verdicts',
    subject: `conformance of ${place}, profile quick, seed 77001`,
    replay,
    failOn: 'error',
    verdicts: withBaseline(verdicts, { store: 'a store', known }),
  }
}

describe('the page of a run', () => {
  let page: string
  let xml: string
  beforeAll(async () => {
    const told = await outcome()
    page = html(told)
    xml = junit(told)
  })

  it('has each case in the grid of its family, the seed, and the line that gives the run again', () => {
    expect(page.match(/<div class="family">/g)).toHaveLength(4)
    expect(page.match(/class="cell /g)).toHaveLength(
      cases.filter(({ id }) => /^(list|move|redirect)\//.test(id)).length + 1,
    )
    expect(page).toContain('seed 77001')
    expect(page).toContain(`$ ${replay}</pre>`)
  })

  it('tells a failure with what was expected, what was found, and the calls before it', () => {
    const failure = /<section id="list-Siblings".*?<\/section>/s.exec(page)?.[0] ?? ''
    expect(failure).toMatch(/<dt>expected<\/dt>.*<dt>found<\/dt>/s)
    expect(failure).toMatch(/<summary>The last \d+ calls and requests<\/summary>/)
    expect(failure).toMatch(/putContent \/tags\/v1\/link \(2 bytes\)<\/td><td>ok/)
  })

  it('keeps what is known of the store apart from what is wrong, and escapes it', () => {
    expect(page).toContain('<section id="list-TestList" class="failure known">')
    expect(page).toContain('known of a store: it lists &lt;everything&gt;')
    expect(page).not.toContain('<everything>')
    expect(xml).toMatch(/<testcase name="list\/TestList"[^>]*><skipped message="known of a store/)
    expect(xml).toMatch(/<testcase name="list\/Siblings"[^>]*><failure /)
  })

  it('needs nothing but itself: no script, no address', () => {
    expect(page).not.toMatch(/<script|<link|@import|url\(|src=/)
    expect(page.replaceAll('http://127.0.0.1:41235', '')).not.toMatch(/https?:\/\//)
  })
})

describe.skipIf(!peer('chromium'))('the page in Chromium', () => {
  let browser: Browser
  const folder = mkdtempSync(join(tmpdir(), 'regctl-page-'))
  const file = join(folder, 'report.html')
  beforeAll(async () => {
    browser = openBrowser(peer('chromium') ?? '')
    writeFileSync(file, html(await outcome()))
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  it.each([
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('fits a window of %i pixels in %s, and asks for nothing else', async (width, scheme) => {
    const url = pathToFileURL(file).href
    for (const open of [false, true]) {
      const shown = await browser.show(url, { width, scheme, open })
      expect(shown.width).toBeLessThanOrEqual(width)
      expect(shown.requests).toEqual([url])
      expect(shown.text).toContain('seed 77001')
      expect(shown.text.replace(/\s+/g, ' ')).toContain(replay)
    }
  })
})
