// Bundles src/ into dist/: the program, with one lazily loaded chunk a command, and the conformance library with its
// types. What is bundled is a devDependency, so the licences of all that went in are written to THIRD_PARTY_LICENSES.
// Usage: node scripts/build.js
import { execFileSync } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = resolve(import.meta.dirname, '..')

/** Bundles into `outdir` and gives esbuild's metafile: which module went into which chunk. */
export async function bundle(outdir) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/main.ts', conformance: 'src/conformance/library.ts' },
    outdir,
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
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
  return metafile
}

const shippable = new Set(['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'ISC'])

/** The licences of every bundled package, as one text. Throws on one that may not ship. */
async function licences(metafile) {
  const folders = new Set()
  for (const input of Object.keys(metafile.inputs)) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]
    if (folder !== undefined) folders.add(folder)
  }
  const sections = new Set()
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'))
    if (!shippable.has(license)) throw new Error(`${name} is ${license}: it may not ship`)
    const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry))
    const text =
      file === undefined
        ? 'No licence text comes with the package.'
        : await readFile(join(root, folder, file), 'utf8')
    sections.add(`${name} ${version} (${license})\n\n${text.trim()}\n`)
  }
  return [...sections].join(`\n${'-'.repeat(80)}\n\n`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await rm(join(root, 'dist'), { recursive: true, force: true })
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.library.json'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  await writeFile(join(root, 'THIRD_PARTY_LICENSES'), await licences(await bundle(join(root, 'dist'))))
}
