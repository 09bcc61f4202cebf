// How fast lint judges many small files, as a ratio to the YAML library's bare parseDocument on the same files in the
// same process, and whether ten times as many files take ten times as long.
// Usage: node bench/lint.js [rounds]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { parseDocument } from 'yaml'

const rounds = Number(process.argv[2] ?? 15)
const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'regctl-bench-'))
const outfile = join(folder, 'lint.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['src/lint/run.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
})
const { lint } = await import(pathToFileURL(outfile).href)
rmSync(folder, { recursive: true })

const sound = join(root, 'test/lint/sound')
const texts = readdirSync(sound).map((file) => readFileSync(join(sound, file), 'utf8'))
/** So many files, no two of them the same text. */
const files = (count) => Array.from({ length: count }, (_, nth) => `${texts[nth % texts.length]}# ${nth}\n`)

const judge = (text) => lint(text, 'config.yml', { release: '3.1.1', environment: {} })
const seconds = (work, all) => {
  const start = process.hrtime.bigint()
  for (const text of all) work(text)
  return Number(process.hrtime.bigint() - start) / 1e9
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

const thousand = files(1000)
for (let warm = 0; warm < 3; warm += 1) for (const work of [parseDocument, judge]) seconds(work, thousand)
const speed = Array.from(
  { length: rounds },
  () => seconds(parseDocument, thousand) / seconds(judge, thousand),
)
console.log(`${median(speed).toFixed(2)}  speed of lint to that of parseDocument, 1000 files`)
const many = files(10_000)
const growth = Array.from({ length: 3 }, () => seconds(judge, many) / seconds(judge, thousand) / 10)
console.log(`${median(growth).toFixed(2)}  time for a file among 10 000 to that among 1000`)
console.log(
  `${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most, of which the files are ${Math.round(many.join('').length / 2 ** 20)} MB`,
)
