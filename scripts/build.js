// Bundles src/ into dist/: one entry, one lazily loaded chunk a command. What is bundled is a devDependency, so the
// licences of everything that went in are written to THIRD_PARTY_LICENSES.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

await rm('dist', { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: { main: 'src/main.ts' },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  splitting: true,
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // The ES builds of the SDK shake; the CommonJS ones do not.
  mainFields: ['module', 'main'],
  // Some packages are CommonJS and call require for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
})

const packages = new Set()
for (const input of Object.keys(metafile.inputs)) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)
  if (match) packages.add(match[1])
}
const allowed = new Set(['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'ISC'])
const sections = []
for (const folder of [...packages].sort()) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  if (!allowed.has(manifest.license)) throw new Error(`${manifest.name} is ${manifest.license}: it cannot be shipped`)
  sections.push(`${manifest.name} ${manifest.version} (${manifest.license})\n\n${await licence(folder)}`)
}
await writeFile('THIRD_PARTY_LICENSES', `${[...new Set(sections)].join(`\n${'-'.repeat(80)}\n\n`)}\n`)

async function licence(folder) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license', 'LICENSE-MIT']) {
    try {
      return (await readFile(join(folder, name), 'utf8')).trim()
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
  }
  return `The package in ${dirname(folder) === '' ? folder : folder.replace(/.*node_modules\//, '')} carries no licence text; its manifest names the licence above.`
}
