import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { scrubbed } from './peers.ts'

/** A page as a browser shows it. */
export interface Shown {
  /** CSS pixels: more than the window's width means that the page has to be scrolled sideways. */
  readonly width: number
  readonly text: string
  /** Every address that was asked for, the page's own among them. */
  readonly requests: readonly string[]
  /** PNG. */
  readonly picture: Buffer
}

export interface Browser {
  show(
    url: string,
    window: {
      readonly width: number
      readonly scheme: 'light' | 'dark'
      readonly height?: number
      readonly open?: boolean
    },
  ): Promise<Shown>
  close(): Promise<void>
}

type Message = {
  readonly id?: number
  readonly method?: string
  readonly sessionId?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

/** Starts `program` without a window, spoken to over a pipe (Chrome DevTools Protocol), so that it opens no port. */
export function openBrowser(program: string): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'regctl-chromium-'))
  const child = spawn(
    program,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { env: scrubbed({ HOME: profile }), stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  )
  const [, , , to, from] = child.stdio as unknown as [null, null, null, Writable, Readable]
  const waiting = new Map<number, (message: Message) => void>()
  const listeners = new Set<(message: Message) => void>()
  let rest = ''
  from.on('data', (chunk: Buffer) => {
    const messages = (rest + chunk.toString('utf8')).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages.map((text) => JSON.parse(text) as Message)) {
      if (message.id !== undefined) waiting.get(message.id)?.(message)
      else for (const listen of listeners) listen(message)
    }
  })
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`chromium ended with ${code}`)))
  })
  ended.catch(() => undefined)
  let number = 0
  const send = (method: string, params: object = {}, sessionId?: string) => {
    const id = ++number
    const answer = new Promise<Record<string, unknown>>((resolve, reject) => {
      waiting.set(id, ({ result = {}, error }) => {
        waiting.delete(id)
        if (error) reject(new Error(`${method}: ${error.message}`))
        else resolve(result)
      })
    })
    to.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`)
    return Promise.race([answer, ended])
  }
  return {
    async show(url, { width, height = 844, scheme, open = false }) {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
      const page = (method: string, params?: object) => send(method, params, String(sessionId))
      const requests: string[] = []
      const loaded = new Promise<void>((resolve) => {
        listeners.add((message) => {
          if (message.sessionId !== sessionId) return
          const request = message.params?.request as { readonly url?: string } | undefined
          if (message.method === 'Network.requestWillBeSent') requests.push(String(request?.url))
          if (message.method === 'Page.loadEventFired') resolve()
        })
      })
      await page('Page.enable')
      await page('Network.enable')
      await page('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: width < 600,
      })
      await page('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      })
      await page('Page.navigate', { url })
      await Promise.race([loaded, ended])
      const evaluate = async (expression: string) => {
        const { result } = await page('Runtime.evaluate', { expression, returnByValue: true })
        return (result as { readonly value?: unknown }).value
      }
      if (open) await evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
      const text = String(await evaluate('document.body.innerText'))
      const scrolled = Number(await evaluate('document.documentElement.scrollWidth'))
      const { data } = await page('Page.captureScreenshot')
      await send('Target.closeTarget', { targetId })
      listeners.clear()
      return { width: scrolled, text, requests, picture: Buffer.from(String(data), 'base64') }
    },
    async close() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      await send('Browser.close').catch(() => child.kill())
      await gone
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
