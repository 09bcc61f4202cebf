import type { LogEntry } from '../conformance/observe.ts'
import { inWords } from '../core/bytes.ts'
import type { Finding } from '../core/finding.ts'
import { failsRun, type Outcome } from '../core/outcome.ts'
import type { Verdict } from '../core/verdict.ts'

/** What a conformance verdict has besides. */
type Told = Verdict & {
  readonly log?: readonly LogEntry[]
  readonly written?: number
  readonly read?: number
}

/** Verdicts or findings as one page that needs no network and no script: to be kept, sent, and printed. */
export function html(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'verdicts':
      return page(outcome.subject, verdicts(outcome))
    case 'findings':
      return page(
        outcome.subject,
        `<h1>${escaped(outcome.subject)}</h1>${outcome.findings.map(finding).join('')}`,
      )
    case 'steps':
    case 'value':
    case 'exit':
      return page('regctl', `<pre>${escaped(JSON.stringify(outcome, null, 2))}</pre>`)
  }
}

type Verdicts = Extract<Outcome, { readonly kind: 'verdicts' }>

/** How a case is shown: a failure that a baseline knows is neither red nor green. */
type Status = Verdict['status'] | 'known'

type Shown = Told & { readonly shown: Status }

function verdicts({ subject, replay, verdicts, failOn }: Verdicts): string {
  const all: readonly Shown[] = verdicts.map((verdict) => ({
    ...verdict,
    shown: verdict.status === 'fail' && !failsRun(verdict, failOn) ? 'known' : verdict.status,
  }))
  const count = (status: Status) => all.filter(({ shown }) => shown === status).length
  const bad = all.filter(({ shown }) => shown === 'fail' || shown === 'blocked' || shown === 'crash')
  const known = all.filter(({ shown }) => shown === 'known')
  const [what, ...details] = subject.split(', ')
  const bytes = all.reduce((sum, { written = 0, read = 0 }) => sum + written + read, 0)
  const tiles = [
    tile(String(count('pass')), 'passed', 'pass'),
    ...statuses.flatMap((status) =>
      status === 'pass' || count(status) === 0 ? [] : [tile(String(count(status)), words[status], status)],
    ),
    tile(duration(Math.max(0, ...all.map(({ ms }) => ms))), 'the longest', ''),
    ...(bytes === 0 ? [] : [tile(size(bytes), 'written and read', '')]),
  ]
  return [
    `<h1>${escaped(what ?? subject)}</h1>`,
    `<p class="dim">${escaped(details.join(' · '))}</p>`,
    ...(replay === undefined ? [] : [`<pre class="replay">$ ${escaped(replay)}</pre>`]),
    `<div class="tiles">${tiles.join('')}</div>`,
    '<h2>Cases</h2>',
    [...families(all)].map(([name, members]) => family(name, members)).join(''),
    `<p class="dim legend">${statuses
      .filter((status) => count(status) > 0)
      .map((status) => `<span><i class="${status}"></i>${words[status]}</span>`)
      .join(' ')}</p>`,
    ...(bad.length === 0 ? [] : ['<h2>What is wrong</h2>', ...bad.map(failure)]),
    ...(known.length === 0 ? [] : ['<h2>What is known of this store</h2>', ...known.map(failure)]),
    `<details><summary>Every case, with time and bytes</summary>${table(all)}</details>`,
  ].join('\n')
}

const statuses = ['pass', 'fail', 'known', 'blocked', 'crash', 'skip'] as const

const words: Readonly<Record<Status, string>> = {
  pass: 'passed',
  fail: 'failed',
  known: 'known to fail',
  blocked: 'blocked',
  crash: 'crashed',
  skip: 'skipped',
}

function families(all: readonly Shown[]): Map<string, Shown[]> {
  const grouped = new Map<string, Shown[]>()
  for (const verdict of all) {
    const name = verdict.id.split('/', 1)[0] ?? ''
    grouped.set(name, [...(grouped.get(name) ?? []), verdict])
  }
  return grouped
}

function family(name: string, members: readonly Shown[]): string {
  const cells = members.map(({ id, title, shown, ms, written = 0, read = 0 }) => {
    const moved = written + read > 0 ? `, ${size(written + read)}` : ''
    const label = `${id}: ${words[shown]}, ${duration(ms)}${moved}. ${title}`
    const target = shown === 'pass' || shown === 'skip' ? '' : ` href="#${anchor(id)}"`
    return `<a class="cell ${shown}"${target} title="${escaped(label)}" aria-label="${escaped(label)}"></a>`
  })
  return `<div class="family"><span>${escaped(name)}</span><div class="cells">${cells.join('')}</div></div>`
}

function failure(verdict: Shown): string {
  const { id, title, shown, findings, reason, log = [], ms, written, read } = verdict
  const moved = [
    duration(ms),
    ...(written ? [`${size(written)} written`] : []),
    ...(read ? [`${size(read)} read`] : []),
  ]
  return [
    `<section id="${anchor(id)}" class="failure ${shown}">`,
    `<h3>${escaped(id)} <span class="badge ${shown}">${words[shown]}</span></h3>`,
    `<p class="dim">${moved.join(' · ')}</p>`,
    `<p>${escaped(title)}</p>`,
    ...(reason === undefined ? [] : [`<p class="reason">${escaped(reason)}</p>`]),
    ...findings.map(finding),
    ...(log.length === 0
      ? []
      : [`<details><summary>The last ${log.length} calls and requests</summary>${requests(log)}</details>`]),
    '</section>',
  ].join('\n')
}

function finding({ message, evidence, cause, remedy }: Finding): string {
  // A mismatch says in its message what the evidence says again.
  const said = evidence && `: expected ${evidence.expected}, got ${evidence.actual}`
  const short = said !== undefined && message.endsWith(said) ? message.slice(0, -said.length) : message
  return [
    `<p><strong>${escaped(short)}</strong></p>`,
    ...(evidence
      ? [
          `<dl><dt>expected</dt><dd>${escaped(evidence.expected)}</dd><dt>found</dt><dd>${escaped(evidence.actual)}</dd></dl>`,
        ]
      : []),
    ...(cause ? [`<p>${escaped(cause)}</p>`] : []),
    ...(remedy
      ? [
          `<p>${escaped(remedy.text)}</p>`,
          ...(remedy.commands ?? []).map((command) => `<pre>$ ${escaped(command)}</pre>`),
        ]
      : []),
  ].join('\n')
}

function requests(log: readonly LogEntry[]): string {
  const rows = log.map(
    ({ kind, what, result, ms }) =>
      `<tr class="${kind}"><td>${escaped(what)}</td><td>${escaped(result)}</td><td class="number">${duration(ms)}</td></tr>`,
  )
  return `<div class="wide"><table class="log">${rows.join('')}</table></div>`
}

function table(all: readonly Shown[]): string {
  const rows = all.map(
    ({ id, title, shown, ms, written, read }) =>
      `<tr><td><i class="${shown}"></i>${escaped(id)}</td><td>${escaped(title)}</td><td class="number">${duration(ms)}</td><td class="number">${written ? size(written) : ''}</td><td class="number">${read ? size(read) : ''}</td></tr>`,
  )
  return `<div class="wide"><table><tr><th>case</th><th>proves</th><th>time</th><th>written</th><th>read</th></tr>${rows.join('')}</table></div>`
}

function tile(value: string, label: string, status: string): string {
  return `<div class="tile ${status}"><b>${escaped(value)}</b><span>${escaped(label)}</span></div>`
}

function duration(ms: number): string {
  return ms >= 10_000
    ? `${(ms / 1000).toFixed(0)} s`
    : ms >= 1000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${ms.toFixed(0)} ms`
}

const size = (bytes: number) => inWords(bytes, 'B')

const anchor = (id: string) => id.replace(/[^A-Za-z0-9]+/g, '-')

/** Text as it may stand in HTML and in its attributes. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A page of its own, with the style of all of them; `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #5c6670; --paper: #fff; --line: #d8dee4; --soft: #f4f6f8;
  --pass: #2da44e; --fail: #cf222e; --blocked: #bf8700; --crash: #8250df; --skip: #afb8c1; --known: #6e7781; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9aa6b2; --paper: #0d1117; --line: #30363d; --soft: #161b22;
  --pass: #3fb950; --fail: #f85149; --blocked: #d29922; --crash: #a371f7; --skip: #484f58; --known: #8b949e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; } h1::first-letter { text-transform: uppercase; }
h2 { font-size: 1.1rem; margin: 2rem 0 .75rem; } h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
.dim { color: var(--dim); margin: .25rem 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .75rem; margin-top: 1.25rem; }
.tile { background: var(--soft); border-radius: .5rem; padding: .75rem; border-left: 4px solid var(--line); }
.tile b { display: block; font-size: 1.3rem; line-height: 1.25; white-space: nowrap; } .tile span { color: var(--dim); font-size: .85rem; }
.tile.pass { border-color: var(--pass); } .tile.fail { border-color: var(--fail); } .tile.blocked { border-color: var(--blocked); }
.tile.crash { border-color: var(--crash); } .tile.skip { border-color: var(--skip); } .tile.known { border-color: var(--known); }
.family { display: grid; grid-template-columns: 8rem 1fr; gap: .5rem; padding: .3rem 0; align-items: start; }
.family span { color: var(--dim); } .cells { display: flex; flex-wrap: wrap; gap: 4px; padding-top: 3px; }
.cell { width: 18px; height: 18px; border-radius: 4px; display: block; }
.cell.pass, i.pass { background: var(--pass); } .cell.fail, i.fail { background: var(--fail); } .cell.skip, i.skip { background: var(--skip); }
.cell.known, i.known { background: repeating-linear-gradient(45deg, var(--known) 0 3px, var(--line) 3px 6px); }
.cell.blocked, i.blocked { background: var(--blocked); } .cell.crash, i.crash { background: var(--crash); }
a.cell[href]:focus-visible, a.cell[href]:hover { outline: 2px solid var(--ink); outline-offset: 1px; }
i { display: inline-block; width: .7rem; height: .7rem; border-radius: 3px; margin-right: .4rem; }
.legend { font-size: .85rem; } .legend span { margin-right: 1rem; white-space: nowrap; }
.failure { border: 1px solid var(--line); border-left: 4px solid var(--fail); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
.failure.blocked { border-left-color: var(--blocked); } .failure.crash { border-left-color: var(--crash); } .failure.known { border-left-color: var(--known); }
.failure p { margin: .4rem 0; overflow-wrap: anywhere; } .badge { font-size: .75rem; color: var(--fail); font-weight: normal; }
.badge.blocked { color: var(--blocked); } .badge.crash { color: var(--crash); } .badge.known { color: var(--dim); }
dl { display: grid; grid-template-columns: 5.5rem 1fr; margin: .5rem 0; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .6rem .8rem; border-radius: .4rem; margin: .5rem 0; font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin-top: 1rem; } summary { cursor: pointer; }
svg { display: block; max-width: 100%; height: auto; margin-bottom: 1rem; } ul { padding-left: 1.2rem; } li { overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; margin-top: .5rem; width: 100%; }
td, th { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.number { text-align: right; white-space: nowrap; } .log td { font-family: ui-monospace, monospace; font-size: .78rem; }
.log tr.request td:first-child { padding-left: 1.5rem; color: var(--dim); overflow-wrap: anywhere; }
@media (max-width: 40rem) { .family { grid-template-columns: 1fr; gap: 0; } }
@media print { details { display: block; } a.cell { print-color-adjust: exact; } }
`
