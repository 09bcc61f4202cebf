import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { certify } from '../../src/conformance/certificate.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import { certificate } from '../../src/reporters/certificate.ts'
import { openBrowser } from '../support/chromium.ts'
import { peer } from '../support/peers.ts'

const about = {
  store: 'the bucket <images> under /registry at http://127.0.0.1:41235',
  driver: 's3',
  profile: 'full',
  release: '3.1.1',
  date: '2026-11-24T12:00:00.000Z',
  seed: 7,
  replay: 'regctl conformance --config config.yml --profile full --seed 7',
}
const verdict = (id: string, more: Partial<Verdict> = {}): Verdict => ({
  id,
  title: `what ${id} proves`,
  status: 'pass',
  findings: [],
  ms: 1,
  ...more,
})
const run = (...verdicts: readonly Verdict[]): Extract<Outcome, { readonly kind: 'verdicts' }> => ({
  kind: 'verdicts',
  subject: 'conformance',
  failOn: 'error',
  verdicts,
})
const known = verdict('objects/Encryption', {
  status: 'fail',
  reason: 'known of Ceph: no key service',
  findings: [{ id: 'objects/Encryption', severity: 'note', message: 'no' }],
})
const failed = verdict('move/TestMove', {
  status: 'fail',
  findings: [{ id: 'move/TestMove', severity: 'error', message: 'no' }],
})
const passes = [verdict('content/a'), verdict('content/b'), verdict('run/CleanUp')]
const skipped = verdict('edge/Head', { status: 'skip', reason: 's3aws has no edge in front of it' })

function issued(...verdicts: readonly Verdict[]) {
  const told = certify(run(...verdicts), about)
  if ('refused' in told) throw new Error(told.refused)
  return certificate(told, '1.2.3')
}

describe('a certificate', () => {
  it.each([
    ['a failure', [...passes, failed], /^1 of 4 cases did not pass: move\/TestMove$/],
    ['what was blocked', [...passes, verdict('list/TestList', { status: 'blocked' })], /list\/TestList/],
    ['what crashed', [...passes, verdict('list/TestList', { status: 'crash' })], /list\/TestList/],
    [
      'a removal that failed',
      [...passes.slice(0, 2), { ...failed, id: 'run/CleanUp' }],
      /did not pass: run\/CleanUp/,
    ],
    ['a run in which nothing was proved', [skipped, verdict('run/CleanUp')], /no case passed/],
  ])('is refused for %s', (_, verdicts, reason) => {
    expect(certify(run(...verdicts), about)).toEqual({ refused: expect.stringMatching(reason) })
  })

  it('tells store, driver, profile, release, date, seed, version and the line that gives the run again', () => {
    const { html } = issued(...passes, skipped)
    for (const fact of ['s3', 'full', '3.1.1', '2026-11-24T12:00:00.000Z', '7', '1.2.3', about.replay])
      expect(html).toContain(fact)
    expect(html).toContain('the bucket &lt;images&gt; under')
    expect(html).toContain('<strong>2 cases</strong>')
    expect(html).toContain('without a deviation')
    expect(html).toMatch(/s3aws has no edge in front of it: <span class="dim">edge\/Head/)
    expect(html).not.toMatch(/<script|<link|@import|url\((?!#)|src=/)
  })

  it('has a badge that says what was skipped and what had to be known, and is green only without the latter', () => {
    const clean = issued(...passes).svg
    expect(clean).toContain('registry storage, full: 2 passed"')
    expect(clean).toContain('#1a7f37')
    const { svg, html } = issued(...passes, known, skipped)
    expect(svg).toContain('registry storage, full: 2 passed, 1 known deviation, 1 skipped"')
    expect(svg).not.toContain('#1a7f37')
    expect(html).toContain('<strong>objects/Encryption</strong>: known of Ceph: no key service')
    expect(html).toContain(svg)
  })

  it('has a badge that is an image of its own', () => {
    const { svg } = issued(...passes)
    expect(XMLValidator.validate(svg)).toBe(true)
    expect(new XMLParser({ ignoreAttributes: false }).parse(svg)).toMatchObject({
      svg: { '@_xmlns': 'http://www.w3.org/2000/svg' },
    })
  })

  it.skipIf(!peer('chromium'))(
    'fits a phone and a desktop in Chromium, and asks for nothing else',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'regctl-certificate-'))
      const browser = openBrowser(peer('chromium') ?? '')
      try {
        const file = join(folder, 'store.html')
        writeFileSync(file, issued(...passes, known, skipped).html)
        for (const width of [390, 1280]) {
          const url = pathToFileURL(file).href
          const shown = await browser.show(url, { width, scheme: 'light' })
          expect(shown.width).toBeLessThanOrEqual(width)
          expect(shown.requests).toEqual([url])
          expect(shown.text).toContain(about.replay)
        }
      } finally {
        await browser.close()
        rmSync(folder, { recursive: true })
      }
    },
  )
})
