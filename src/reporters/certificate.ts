import type { Certificate } from '../conformance/certificate.ts'
import { escaped, page } from './html.ts'

/** A certificate as a page that needs nothing but itself, and its badge as an image for other pages; `version` is regctl's. */
export function certificate(
  told: Certificate,
  version: string,
): { readonly html: string; readonly svg: string } {
  const svg = badge(told)
  const facts: readonly (readonly [string, string])[] = [
    ['store', told.store],
    ['driver', told.driver],
    ['profile', told.profile],
    ['registry', `the config as release ${told.release} reads it`],
    ['date', told.date],
    ['seed', String(told.seed)],
    ['regctl', version],
  ]
  const known = told.known.map(
    ({ id, title, reason }) =>
      `<li><strong>${escaped(id)}</strong>: ${escaped(reason)} <span class="dim">(it would prove: ${escaped(title)})</span></li>`,
  )
  const skipped = told.skipped.map(
    ({ reason, ids }) => `<li>${escaped(reason)}: <span class="dim">${escaped(ids.join(', '))}</span></li>`,
  )
  const html = page(
    `Conformance of ${told.store}`,
    [
      svg,
      '<h1>Certificate of conformance</h1>',
      `<p>On ${escaped(told.date.slice(0, 10))} this store did what the storage-driver contract of CNCF Distribution asks, in <strong>${plural(told.passed, 'case')}</strong> of the profile ${escaped(told.profile)}${told.known.length === 0 ? ', without a deviation' : `, and deviated in <strong>${told.known.length}</strong> that ${told.known.length === 1 ? 'is' : 'are'} known`}.</p>`,
      `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`,
      ...section('Known deviations', known),
      ...section('Cases that do not apply', skipped),
      '<h2>To see it again</h2>',
      `<pre>$ ${escaped(told.replay)}</pre>`,
      '<p class="dim">It tells what one run saw and is not signed: who doubts it runs the line above.</p>',
    ].join('\n'),
  )
  return { html, svg }
}

const section = (title: string, items: readonly string[]) =>
  items.length === 0 ? [] : [`<h2>${title}</h2>`, `<ul>${items.join('\n')}</ul>`]

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`

/** Two fields: what was asked, and what came of it; green only where no deviation had to be known. */
function badge({ profile, passed, skipped, known }: Certificate): string {
  const left = `registry storage, ${profile}`
  const skips = skipped.reduce((sum, { ids }) => sum + ids.length, 0)
  const right = [
    `${passed} passed`,
    ...(known.length === 0 ? [] : [`${plural(known.length, 'known deviation')}`]),
    ...(skips === 0 ? [] : [`${skips} skipped`]),
  ].join(', ')
  const [first, second] = [textWidth(left) + 16, textWidth(right) + 16]
  const label = `${left}: ${right}`
  const words = (at: number, width: number, text: string) =>
    `<text x="${at + width / 2}" y="14" textLength="${width - 16}" text-anchor="middle">${escaped(text)}</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${first + second}" height="20" viewBox="0 0 ${first + second} 20" role="img" aria-label="${escaped(label)}">`,
    `<title>${escaped(label)}</title>`,
    `<clipPath id="round"><rect width="${first + second}" height="20" rx="3"/></clipPath>`,
    '<g clip-path="url(#round)">',
    `<rect width="${first}" height="20" fill="#444c56"/>`,
    `<rect x="${first}" width="${second}" height="20" fill="${known.length === 0 ? '#1a7f37' : '#9a6700'}"/>`,
    '</g>',
    '<g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">',
    words(0, first, left),
    words(first, second, right),
    '</g></svg>',
  ].join('')
}

/** About the width of a text of 11 pixels; textLength makes it exact. */
const textWidth = (text: string) => Math.round(text.length * 6.1)
