/** The whole sandbox in one process: S3, the CloudFront API, and an edge a distribution. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { codeOf, Failure } from '../core/errors.ts'
import { issueCertificate } from './certificate.ts'
import { cloudfrontApi } from './cloudfront/api.ts'
import { openEdges } from './cloudfront/edges.ts'
import { loadState } from './cloudfront/state.ts'
import { openDataFolder } from './data-folder.ts'
import { writeJson } from './files.ts'
import { openS3 } from './s3/open.ts'
import type { EdgeDecision, Sandbox, SandboxOptions } from './sandbox.ts'

const accountId = '123456789012'
const longestLog = 10_000

/**
 * Starts a sandbox on 127.0.0.1. Throws Failure: `usage` for a taken port or a data directory that cannot be used,
 * `conflict` when another sandbox has the directory.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const region = options.region ?? 'us-east-1'
  const now = options.now ?? Date.now
  const accountKeys = parseAccountKeys(options)
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }

  try {
    const folder = await openDataFolder(options.dataDirectory)
    closers.push(folder.close)
    const { credentials, authority } = folder.identity
    const s3 = await openS3({
      directory: folder.s3,
      region,
      accountId,
      credentials,
      now,
      ...(options.strictAcl === undefined ? {} : { strictAcl: options.strictAcl }),
    })
    const s3Port = await listen(
      'S3',
      options.s3Port || folder.ports?.s3,
      (request, response) => s3.handleHttp(request, response),
      closers,
    )

    const state = loadState(folder.cloudfrontFile)
    const edgeLog: EdgeDecision[] = []
    const edges = await openEdges({
      state,
      accountId,
      accountKeys,
      s3,
      now,
      certificate: await issueCertificate(authority),
      cacheFolder: folder.cache,
      log(decision) {
        edgeLog.push(decision)
        if (edgeLog.length > longestLog) edgeLog.shift()
      },
    })
    closers.push(edges.closeAll)

    const api = cloudfrontApi({
      account: {
        id: accountId,
        state,
        now,
        deployTime: options.deployTime ?? 0,
        accountKeys,
        edges,
      },
      credentials,
      save: () => writeJson(folder.cloudfrontFile, state),
    })
    const cloudfrontPort = await listen(
      'CloudFront',
      options.cloudfrontPort || folder.ports?.cloudfront,
      api,
      closers,
    )
    folder.keepPorts({ s3: s3Port, cloudfront: cloudfrontPort })
    return {
      s3Endpoint: `http://127.0.0.1:${s3Port}`,
      cloudfrontEndpoint: `http://127.0.0.1:${cloudfrontPort}`,
      region,
      accountId,
      credentials,
      caFile: folder.caFile,
      caBundleFile: folder.caBundleFile,
      ca: authority.certificate,
      edgeLog,
      s3Log: s3.log,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function parseAccountKeys({ accountKeyPairs = [] }: SandboxOptions): Map<string, KeyObject> {
  return new Map(
    accountKeyPairs.map(({ id, publicKey }) => {
      try {
        return [id, createPublicKey(publicKey)]
      } catch (error) {
        throw new Failure('usage', `the public key of the account key pair ${id} cannot be read`, {
          cause: error,
          remedy: { text: 'Give the public key as PEM.' },
        })
      }
    }),
  )
}

/** Serves HTTP on `port`, any free one when it is 0 or undefined, and gives the port. */
async function listen(
  what: string,
  port: number | undefined,
  listener: RequestListener,
  closers: (() => Promise<void>)[],
): Promise<number> {
  // A slow upload may take as long as it likes.
  // Node's five seconds would end connections that the pools of SDKs are about to use again.
  const server: Server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, listener)
  server.on('checkContinue', listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port ?? 0, '127.0.0.1', resolve)
  }).catch((error: unknown) => {
    throw new Failure('usage', `the ${what} port ${port} cannot be used: ${codeOf(error)}`, {
      cause: error,
      remedy: { text: 'End what listens there, or choose another port; 0 takes any free one.' },
    })
  })
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
