// Bundles src/ into dist/: the program, with one lazily loaded chunk a command, and the conformance library with its
// types. What is bundled is a devDependency, so the licences of all that went in are written to THIRD_PARTY_LICENSES.
// Usage: node scripts/build.js
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, transform } from 'esbuild'

const root = resolve(import.meta.dirname, '..')

const options = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // The ES builds of the SDK shake; the CommonJS ones do not.
  mainFields: ['module', 'main'],
}

/**
 * Bundles the program, or other entry points, into `outdir` and gives esbuild's metafile: which module went into which
 * chunk.
 * @param {string} outdir
 * @param {Record<string, string>} entryPoints
 * @returns {Promise<import('esbuild').Metafile>}
 */
export async function bundle(outdir, entryPoints = { main: 'src/main.ts' }) {
  const { metafile, outputFiles } = await build({
    ...options,
    entryPoints,
    outdir,
    splitting: true,
    write: false,
    plugins: [builtinsOnFirstUse],
  })
  await mkdir(outdir, { recursive: true })
  // esbuild splits ES modules only, and Node starts faster without its loader for them.
  await writeFile(join(outdir, 'package.json'), '{"type":"commonjs"}\n')
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      supported: { 'dynamic-import': false },
      // Packages ask where they are in order to call require.
      define: { 'import.meta.url': '__filename' },
    })
    await writeFile(join(outdir, basename(path)), code)
  }
  return metafile
}

/** Bundles the conformance library into `outdir`, its types into `types` there, and gives esbuild's metafile. */
export async function bundleLibrary(outdir) {
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...['-p', 'tsconfig.library.json', '--outDir', join(outdir, 'types')],
    ],
    { cwd: root, stdio: 'inherit' },
  )
  const { metafile } = await build({
    ...options,
    entryPoints: { conformance: 'src/conformance/library.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    // Some packages are CommonJS and call require for Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
  return metafile
}

/**
 * Node's modules that take a millisecond or two to load and that few runs need: their functions load them when called.
 * @type {import('esbuild').Plugin}
 */
const builtinsOnFirstUse = {
  name: 'builtins-on-first-use',
  setup({ onResolve, onLoad }) {
    const users = /[\\/]src[\\/](lint|registry-config|signing|wiring)[\\/]|[\\/]commander[\\/]/
    onResolve({ filter: /^node:(child_process|crypto|fs\/promises|net|os)$/ }, ({ path, importer }) =>
      users.test(importer) ? { path, namespace: 'on-first-use' } : undefined,
    )
    onResolve({ filter: /./, namespace: 'on-first-use' }, ({ path }) => ({ path, external: true }))
    onLoad({ filter: /./, namespace: 'on-first-use' }, async ({ path }) => {
      const functions = Object.entries(await import(path)).filter(
        // A class must be the class itself.
        ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && name !== 'default',
      )
      return {
        contents: functions
          .map(([name]) => `export const ${name} = (...args) => require('${path}').${name}(...args)`)
          .join('\n'),
      }
    })
  },
}

const shippable = new Set(['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'ISC'])

/** The licences of every bundled package, as one text. Throws on one that may not ship. */
async function licences(metafiles) {
  const folders = new Set()
  for (const input of metafiles.flatMap(({ inputs }) => Object.keys(inputs))) {
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
  const dist = join(root, 'dist')
  const metafiles = [await bundle(dist), await bundleLibrary(dist)]
  await writeFile(join(root, 'THIRD_PARTY_LICENSES'), await licences(metafiles))
}
